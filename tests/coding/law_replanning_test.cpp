#include <boost/test/unit_test.hpp>

#include "algorithms/coding/planning/law_replanner.hpp"
#include "tests/support/clusters.hpp"

namespace echelon::coding::planning {
namespace {

replan_settings settings_for(const planned_cluster& known) {
  return {.topology = known.topology,
          .parts = 40,
          .make = [topology = known.topology](
                      const plan_choice& choice) { return make_plan(topology, codes(), choice); },
          .in_force = {.policy = "uncoded", .parts = 40},
          .bytes_per_part = 1e6,
          .bandwidth_bps = 1e6};
}

/// Tells a replanner what rounds of the cluster would show.
void show(law_replanner& asked, const planned_cluster& known, index rounds) {
  for (index round = 0; round < rounds; ++round) {
    random_stream random{1, "test.shown", static_cast<std::uint64_t>(round)};
    std::vector<node_sample> workers, edges;
    for (const node_delays& worker : known.workers) {
      const node_round drawn = draw_worker(worker, random);
      workers.push_back({std::ssize(workers), 2, 2 * drawn.part_s, drawn.link_s()});
    }
    for (const node_delays& edge : known.edges)
      edges.push_back({.node = std::ssize(edges), .link_s = draw_edge(edge, random).link_s()});
    asked.observe(workers, edges);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(law_replanning)

BOOST_AUTO_TEST_CASE(repeats_work_once_it_has_seen_transient_slowness) {
  const planned_cluster known = transient_cluster(10);
  law_replanner asked{settings_for(known)};
  show(asked, known, 39);
  BOOST_TEST(!asked.consider(1000).has_value());  // too early to tell
  show(asked, known, 60);
  const auto better = asked.consider(1000);
  BOOST_REQUIRE(better);
  BOOST_TEST(better->plan.policy == "hierarchical");
  BOOST_TEST(better->plan.parts == 40);
  BOOST_TEST(better->move_s > 0);
  BOOST_TEST(!asked.consider(1000).has_value());  // it is in force now
}

BOOST_AUTO_TEST_CASE(leaves_a_plan_alone_that_is_as_good_as_any) {
  law_replanner asked{settings_for(cluster_a())};
  show(asked, cluster_a(), 60);
  BOOST_TEST(!asked.consider(1000).has_value());
}

BOOST_AUTO_TEST_CASE(does_not_move_data_that_no_rounds_are_left_to_pay_for) {
  const planned_cluster known = transient_cluster(10);
  replan_settings slow_links = settings_for(known);
  slow_links.bandwidth_bps = 1e3;
  law_replanner asked{slow_links};
  show(asked, known, 60);
  BOOST_TEST(!asked.consider(10).has_value());
  BOOST_TEST(asked.consider(100'000).has_value());
}

BOOST_AUTO_TEST_CASE(goes_on_from_its_memory_as_if_nothing_had_happened) {
  const planned_cluster known = transient_cluster(10);
  law_replanner first{settings_for(known)};
  show(first, known, 60);
  law_replanner second{settings_for(known)};
  const auto unchanged = second.restore(first.memory());
  BOOST_REQUIRE(unchanged);
  BOOST_TEST(!unchanged->has_value());
  const auto plan = first.consider(1000);
  BOOST_REQUIRE(plan);
  BOOST_TEST(second.consider(1000)->plan.id == plan->plan.id);
  BOOST_TEST(second.memory() == first.memory());
  law_replanner third{settings_for(known)};
  BOOST_TEST(third.restore(first.memory()).value()->plan.id == plan->plan.id);
}

BOOST_AUTO_TEST_CASE(damaged_memory_is_refused) {
  law_replanner asked{settings_for(cluster_a())};
  show(asked, cluster_a(), 3);
  const std::string memory = asked.memory();
  for (const std::string& damaged :
       {std::string{}, memory.substr(0, memory.size() / 2), "9" + memory, std::string{"1 x"}})
    BOOST_TEST(!asked.restore(damaged).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding::planning
