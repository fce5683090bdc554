#include <boost/test/unit_test.hpp>

#include "algorithms/coding/dynamic/masks.hpp"
#include "algorithms/coding/dynamic/two_stage.hpp"
#include "algorithms/coding/planning/plan_draws.hpp"
#include "algorithms/coding/planning/planner.hpp"
#include "tests/support/clusters.hpp"

// What the planners answer; specification 5.6 and correction 3.
namespace echelon::coding::planning {
namespace {

struct planning {
  planned_cluster known;
  index parts = 40;

  planning_task task() const {
    return {known, parts, [this](const plan_choice& choice) {
              return make_plan(known.topology, codes(), choice);
            }};
  }
  planning_answer by_law() const { return plan_by_law(task()).value(); }
};

planned_cluster star_of(index workers, const delay_law& law) {
  planned_cluster made;
  made.topology = tree::star(workers);
  made.workers.assign(static_cast<std::size_t>(workers), {law});
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_search)

BOOST_AUTO_TEST_CASE(says_that_coding_does_not_help_where_nobody_straggles) {
  const planning_answer found = planning{cluster_a()}.by_law();
  BOOST_TEST(found.chosen.name == "uncoded");
  BOOST_TEST(found.chosen.choice.policy == "uncoded");
  BOOST_TEST(found.chosen.predicted.mean_s == 125, boost::test_tools::tolerance(0.03));
  BOOST_TEST(found.why.find("coding does not help here") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(repeats_work_where_everybody_is_slow_at_times) {
  const planning_answer found = planning{transient_cluster(10)}.by_law();
  BOOST_TEST(found.chosen.choice.policy == "hierarchical");
  BOOST_TEST(found.chosen.choice.layers == (std::vector<std::string>{"frc", "frc"}),
             boost::test_tools::per_element());
  BOOST_TEST(found.chosen.choice.idle_workers.empty());
  BOOST_TEST(found.chosen.predicted.mean_s <= 178 * 1.01);
}

BOOST_AUTO_TEST_CASE(drops_whoever_is_always_slow) {
  // More parts than the table's forty, so that they can be dealt to any number of workers.
  planned_cluster finer = cluster_b();
  for (node_delays& worker : finer.workers) {
    worker.law.compute_shift_s /= 6;
    worker.law.compute_rate_per_s *= 6;
  }
  const planning_answer found = planning{finer, 240}.by_law();
  BOOST_TEST(found.chosen.predicted.mean_s <= 149 * 1.03);
  BOOST_TEST(found.chosen.choice.idle_workers.size() >= 16);
  for (const index slow : {8, 9, 18, 19, 28, 29, 38, 39})
    BOOST_TEST(std::ranges::binary_search(found.chosen.choice.idle_workers, slow));
}

BOOST_AUTO_TEST_CASE(finds_the_reference_time_of_unlike_workers) {
  planned_cluster finer = cluster_c();
  for (node_delays& worker : finer.workers) {
    worker.law.compute_shift_s /= 9;
    worker.law.compute_rate_per_s *= 9;
  }
  BOOST_TEST(planning({finer, 360}).by_law().chosen.predicted.mean_s <= 295 * 1.03);
}

BOOST_AUTO_TEST_CASE(what_it_answers_can_be_planned_and_loads_what_it_says) {
  planned_cluster uneven;
  uneven.topology = tree::from_edges(value_list{4, 6, 8, 10, 12}).value();
  uneven.workers.assign(40, transient_cluster(10).workers.front());
  uneven.edges.assign(5, transient_cluster(10).edges.front());
  for (const planned_cluster& known :
       {cluster_b(), cluster_c(), uneven, star_of(12, transient_cluster(10).workers[0].law)}) {
    const planning planned{known};
    const planning_answer found = planned.by_law();
    for (const plan_option& option : found.alternatives) {
      const auto plan = planned.task().make(option.choice);
      BOOST_REQUIRE_MESSAGE(plan, option.name);
      std::size_t busiest = 0;
      for (const auto& row : plan->work)
        busiest = std::max(busiest, row.size());
      BOOST_TEST(static_cast<double>(busiest) == option.load_parts, option.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(alternatives_come_fastest_first_with_plain_work_among_them) {
  const planning_answer found = planning{transient_cluster(5)}.by_law();
  BOOST_TEST(std::ranges::is_sorted(
      found.alternatives, {}, [](const plan_option& option) { return option.predicted.mean_s; }));
  BOOST_TEST(std::ranges::count(found.alternatives, "uncoded", &plan_option::name) == 1);
  BOOST_TEST(found.alternatives.front().name == found.chosen.name);  // nothing was drawn
}

BOOST_AUTO_TEST_CASE(drawn_rounds_of_a_plan_agree_with_its_law) {
  for (const plan_choice& choice :
       {plan_choice{.policy = "uncoded", .parts = 40},
        plan_choice{.policy = "hierarchical",
        .parts = 40,
        .layers = {"frc", "frc"},
        .edge_stragglers = {1},
        .worker_stragglers = {1}},
        plan_choice{.policy = "hierarchical",
        .parts = 40,
        .layers = {"polynomial", "polynomial"},
        .edge_stragglers = {1},
        .worker_stragglers = {2}},
        plan_choice{.policy = "polynomial", .parts = 40, .stragglers = 3}}) {
    const planning planned{transient_cluster(5)};
    const planning_answer judged = judge(planned.task(), choice).value();
    BOOST_TEST(!judged.chosen.drawn);
    const work_plan plan = planned.task().make(choice).value();
    const prediction drawn = predict_by_draws(planned.known, plan, 4000).value().time;
    BOOST_TEST(drawn.mean_s == judged.chosen.predicted.mean_s, boost::test_tools::tolerance(0.03));
  }
}

BOOST_AUTO_TEST_CASE(schemes_without_a_law_are_judged_by_drawn_rounds) {
  code_catalogue known_codes = codes();
  if (known_codes.find("masks") == nullptr)
    known_codes.add(policy_entry<masks, gradient_code, const code_shape&>());
  if (known_codes.find("two-stage") == nullptr)
    known_codes.add(policy_entry<two_stage, gradient_code, const code_shape&>());
  const planned_cluster known = star_of(12, transient_cluster(10).workers.front().law);
  const plan_maker make = [&](const plan_choice& choice) {
    return make_plan(known.topology, known_codes, choice);
  };
  const plan_choice masked{.policy = "masks", .parts = 24, .stragglers = 2};
  const plan_choice staged{.policy = "two-stage", .parts = 24};
  const planning_answer found = plan_by_law({.known = known,
                                             .parts = 24,
                                             .make = make,
                                             .drawn = {masked, staged}})
                                    .value();
  const auto mean_of = [&](std::string_view name) {
    const auto option = std::ranges::find(found.alternatives, name, &plan_option::name);
    BOOST_REQUIRE_MESSAGE(option != found.alternatives.end(), name);
    return option->predicted.mean_s;
  };
  BOOST_TEST(std::ranges::count(found.alternatives, true, &plan_option::drawn) == 2);
  BOOST_TEST(mean_of("masks (2)") < mean_of("polynomial (2)"));
  BOOST_TEST(mean_of("two-stage") < mean_of("uncoded"));
}

BOOST_AUTO_TEST_CASE(means_choose_tolerances_and_the_best_that_can_be_planned) {
  const planning_answer b = plan_by_means(planning{cluster_b()}.task()).value();
  BOOST_TEST(b.chosen.choice.edge_stragglers == std::vector<index>{1},
             boost::test_tools::per_element());
  BOOST_TEST(b.chosen.choice.worker_stragglers == std::vector<index>{2},
             boost::test_tools::per_element());
  BOOST_TEST(b.chosen.predicted.mean_s == 350, boost::test_tools::tolerance(0.03));
  BOOST_TEST(b.waits_for.workers.size() == 24);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding::planning
