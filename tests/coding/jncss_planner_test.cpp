#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/hierarchy/load.hpp"
#include "algorithms/coding/planning/jncss.hpp"
#include "tests/support/clusters.hpp"

// Specification 5.3 and 5.4; acceptance items 5 and 6.
namespace echelon::coding::planning {
namespace {

/// At most three edges of at most three workers, all different.
planned_cluster random_system(random_stream& random) {
  value_list below;
  for (index edge = 0; edge < 1 + random.below(3); ++edge)
    below.emplace_back(static_cast<std::int64_t>(1 + random.below(3)));
  planned_cluster made;
  made.topology = tree::from_edges(below).value();
  for (index worker = 0; worker < made.topology.workers(); ++worker) {
    delay_law law{.compute_shift_s = random.uniform(1, 20),
                  .compute_rate_per_s = random.uniform(0.02, 0.5),
                  .link_down_s = random.uniform(0, 20),
                  .link_up_s = random.uniform(0, 20),
                  .link_loss = random.uniform(0, 0.6),
                  .slow_probability = random.uniform(0, 0.3),
                  .slow_factor = random.uniform(1, 10)};
    made.workers.push_back({law});
  }
  for (index edge = 0; edge < made.topology.edges(); ++edge) {
    delay_law law = edge_link(random.uniform(1, 60), random.uniform(0, 0.6));
    law.slow_probability = random.uniform(0, 0.3);
    law.slow_factor = random.uniform(1, 10);
    made.edges.push_back({law});
  }
  return made;
}

std::vector<index> members(index bits) {
  std::vector<index> found;
  for (index i = 0; i < 3; ++i)
    if ((bits >> i) & 1)
      found.push_back(i);
  return found;
}

/// The least, over every set of `waited` workers of an edge, of the latest mean among them.
double best_edge_s(const planned_cluster& known, index edge, index waited, double load) {
  const auto workers = known.topology.workers_below({role::edge, static_cast<std::int32_t>(edge)});
  double best = std::numeric_limits<double>::infinity();
  for (index bits = 0; bits < (1 << workers.size()); ++bits) {
    if (std::ssize(members(bits)) != waited)
      continue;
    double latest = 0;
    for (const index member : members(bits))
      latest = std::max(latest,
                        worker_moments(known.workers[slot(workers[slot(member)])], load).mean_s);
    best = std::min(best, latest);
  }
  return best + edge_moments(known.edges[slot(edge)]).mean_s;
}

/// The least surrogate over all tolerances and all selections of nodes.
double exhaustive_s(const planned_cluster& known, index parts) {
  std::vector<index> counts;
  for (std::int32_t edge = 0; edge < known.topology.edges(); ++edge)
    counts.push_back(std::ssize(known.topology.children({role::edge, edge})));
  double best = std::numeric_limits<double>::infinity();
  for (index s_e = 0; s_e < std::ssize(counts); ++s_e)
    for (index s_w = 0; s_w < std::ranges::min(counts); ++s_w) {
      const auto load = load_of(counts, parts, {.edges = s_e, .workers = {s_w}});
      for (index bits = 0; bits < (1 << counts.size()); ++bits) {
        if (!load || std::ssize(members(bits)) != std::ssize(counts) - s_e)
          continue;
        double latest = 0;
        for (const index edge : members(bits))
          latest = std::max(latest, best_edge_s(known, edge, counts[slot(edge)] - s_w,
                                                static_cast<double>(load->load_parts)));
        best = std::min(best, latest);
      }
    }
  return best;
}

struct sample_mean {
  double mean_s, error_s;
};

/// The time the selected nodes take, all of them waited for.
sample_mean drawn_mean(const planned_cluster& known, const jncss_choice& chosen, int draws) {
  double sum = 0, squares = 0;
  for (int draw = 0; draw < draws; ++draw) {
    random_stream random{2, "test.selected", static_cast<std::uint64_t>(draw)};
    double latest = 0;
    for (const index edge : chosen.waits_for.edges) {
      const double link = draw_edge(known.edges[slot(edge)], random).link_s();
      for (const index worker :
           known.topology.workers_below({role::edge, static_cast<std::int32_t>(edge)}))
        if (std::ranges::binary_search(chosen.waits_for.workers, worker)) {
          const node_round drawn = draw_worker(known.workers[slot(worker)], random);
          latest = std::max(latest, drawn.part_s * chosen.load_parts + drawn.link_s() + link);
        }
    }
    sum += latest;
    squares += latest * latest;
  }
  const double mean = sum / draws;
  return {mean, std::sqrt((squares / draws - mean * mean) / draws)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(jncss_planner)

BOOST_AUTO_TEST_CASE(greedy_is_as_good_as_trying_everything) {
  random_stream random{1, "test.systems"};
  for (int system = 0; system < 200; ++system) {
    const planned_cluster known = random_system(random);
    const index parts = known.topology.workers() * (1 + random.below(3));
    const jncss_choice chosen = jncss(known, parts).value();
    BOOST_TEST(chosen.waits_for.surrogate_s == exhaustive_s(known, parts),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(std::ssize(chosen.waits_for.edges) ==
               known.topology.edges() - chosen.edge_stragglers);
  }
}

BOOST_AUTO_TEST_CASE(the_expected_time_is_within_the_bound_of_the_least_possible) {
  constexpr int draws = 20'000;
  random_stream random{3, "test.systems"};
  for (int system = 0; system < 40; ++system) {
    const planned_cluster known = random_system(random);
    const jncss_choice chosen = jncss(known, known.topology.workers()).value();
    const sample_mean drawn = drawn_mean(known, chosen, draws);
    // With one selected worker both hold with equality, so that the sample's own error shows.
    BOOST_TEST(drawn.mean_s >= chosen.waits_for.surrogate_s - 4 * drawn.error_s);
    BOOST_TEST(drawn.mean_s <=
               chosen.waits_for.surrogate_s + chosen.waits_for.bound_s + 4 * drawn.error_s);
  }
}

BOOST_AUTO_TEST_CASE(chooses_as_the_specification_does) {
  const jncss_choice a = jncss(cluster_a(), 40).value();
  BOOST_TEST(a.edge_stragglers == 0);
  BOOST_TEST(a.worker_stragglers == 0);
  const jncss_choice b = jncss(cluster_b(), 40).value();
  BOOST_TEST(b.edge_stragglers == 1);
  BOOST_TEST(b.worker_stragglers == 2);
  BOOST_TEST(b.waits_for.edges == (std::vector<index>{0, 1, 2}), boost::test_tools::per_element());
  BOOST_TEST(b.waits_for.workers.size() == 24);
  BOOST_TEST(b.load_parts == 6);
  const jncss_choice c = jncss(cluster_c(), 40).value();
  BOOST_TEST(c.edge_stragglers == 1);
  BOOST_TEST(c.worker_stragglers == 0);
  BOOST_TEST(c.waits_for.surrogate_s == 308, boost::test_tools::tolerance(0.005));
}

BOOST_AUTO_TEST_CASE(means_alone_do_not_see_slowness_that_hits_all_alike) {
  const jncss_choice chosen = jncss(transient_cluster(10), 40).value();
  BOOST_TEST(chosen.edge_stragglers == 0);
  BOOST_TEST(chosen.worker_stragglers == 0);
}

BOOST_AUTO_TEST_CASE(a_star_is_one_edge_without_delay) {
  planned_cluster known;
  known.topology = tree::star(4);
  known.workers.assign(4, {{.compute_shift_s = 1}});
  known.workers[3].law.compute_shift_s = 10;
  const jncss_choice chosen = jncss(known, 4).value();
  BOOST_TEST(chosen.worker_stragglers == 1);
  BOOST_TEST(chosen.waits_for.workers == (std::vector<index>{0, 1, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(chosen.waits_for.surrogate_s == 2);
  BOOST_TEST(chosen.waits_for.bound_s == 0);
}

BOOST_AUTO_TEST_CASE(trees_of_other_shapes_are_refused) {
  planned_cluster known;
  known.topology = tree::from_edges(value_list{value_list{1, 2}, 3}).value();
  known.workers.resize(6);
  known.edges.resize(4);
  BOOST_TEST(jncss(known, 6).error().detail.starts_with("coding.plan: this tree is 3 levels deep"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding::planning
