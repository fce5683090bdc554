#include "experiments/compare/compare.hpp"

#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "experiments/report/report_format.hpp"
#include "tests/support/fake_record.hpp"
#include "tests/support/markup.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

using tests::markup_fault;

/// A run whose accuracy goes through these values, a round each, a round taking `round_s`.
run_outcome run_through(const std::vector<double>& accuracies, double round_s,
                        index smoothing = 1) {
  run_record record;
  record.status = "done";
  record.rounds = std::ssize(accuracies);
  record.time_s = round_s * static_cast<double>(accuracies.size());
  record.final_accuracy = accuracies.back();
  for (std::size_t i = 0; i < accuracies.size(); ++i) {
    const auto round = static_cast<double>(i + 1);
    record.columns.round.push_back(round);
    record.columns.time_s.push_back(round * round_s);
    record.columns.round_s.push_back(round_s);
    record.columns.accuracy.push_back(accuracies[i]);
    record.columns.loss.push_back(1 - accuracies[i]);
    record.columns.bytes.push_back(1000 * round);
    record.columns.merged.push_back(missing);
  }
  return outcome_of(record, smoothing);
}

run_outcome failed_run() {
  run_record record;
  record.status = "failed";
  record.reason = "too many stragglers";
  return outcome_of(record, 1);
}

/// A sweep over one key with as many points as are given, the first the baseline, and a target of
/// 90 % of the baseline's accuracy.
sweep sweep_of(std::vector<std::string> names, index seeds) {
  sweep asked;
  asked.file = "<b>sweep</b>.toml";
  for (index seed = 1; seed <= seeds; ++seed)
    asked.seeds.push_back(seed);
  for (const std::string& name : names)
    asked.points.push_back({{{"coding.policy", name}}, name, name});
  asked.target = target_rule{"coding.policy=" + names.front(), 0.9, 1};
  return asked;
}

comparison compared_of(const sweep& asked, std::vector<std::vector<run_outcome>> runs) {
  comparison compared;
  compared.asked = &asked;
  for (auto& of_point : runs) {
    compared.points.emplace_back();
    compared.points.back().runs = std::move(of_point);
    for (std::size_t s = 0; s < compared.points.back().runs.size(); ++s)
      compared.points.back().runs[s].seed = asked.seeds[s];
  }
  analyse(compared);
  return compared;
}

const paired_difference& difference(const comparison& compared, std::size_t point, metric which) {
  return *compared.points[point].differences[static_cast<std::size_t>(which)];
}

const metric_summary& summary(const comparison& compared, std::size_t point, metric which) {
  return compared.points[point].summaries[static_cast<std::size_t>(which)];
}

BOOST_AUTO_TEST_SUITE(compare)

BOOST_AUTO_TEST_CASE(differences_are_taken_seed_by_seed) {
  const sweep asked = sweep_of({"base", "other"}, 3);
  const comparison compared = compared_of(
      asked,
      {{run_through({0.5, 1.0}, 10), run_through({0.5, 1.0}, 20), run_through({0.5, 1.0}, 30)},
       {run_through({0.5, 1.0}, 4), run_through({0.5, 1.0}, 14), run_through({0.5, 1.0}, 24)}});

  // The runs' times differ by 10 within a point, and by exactly 6 between the points of every seed.
  const paired_difference& rounds = difference(compared, 1, metric::round_mean);
  BOOST_TEST(rounds.pairs == 3);
  BOOST_TEST(rounds.mean == -6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rounds.confidence.low == -6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rounds.confidence.high == -6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rounds.ratio == 0.7, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!compared.points[0].differences.front().has_value());
}

BOOST_AUTO_TEST_CASE(the_target_is_a_share_of_the_baseline_of_the_same_seed) {
  const sweep asked = sweep_of({"base", "other"}, 2);
  const comparison compared = compared_of(
      asked, {{run_through({0.1, 0.8, 1.0}, 1), run_through({0.1, 0.46, 0.5}, 1)},
              {run_through({0.9, 1.0, 1.0}, 1), run_through({0.1, 0.2, 0.45}, 1)}});

  BOOST_TEST(compared.target_of(1, 0) == 0.9);
  BOOST_TEST(compared.target_of(1, 1) == 0.45);
  BOOST_TEST(compared.points[0].runs[0].target_rounds->time == 3);
  BOOST_TEST(compared.points[0].runs[1].target_rounds->time == 2);
  BOOST_TEST(compared.points[1].runs[0].target_rounds->time == 1);
  BOOST_TEST(compared.points[1].runs[1].target_rounds->time == 3);
  BOOST_TEST(std::isinf(compared.points[0].horizon_s));
}

BOOST_AUTO_TEST_CASE(runs_that_never_reach_the_target_are_censored_and_kept) {
  const sweep asked = sweep_of({"base", "slow"}, 2);
  const comparison compared = compared_of(
      asked, {{run_through({0.2, 1.0, 1.0, 1.0}, 1), run_through({0.2, 0.2, 0.2, 1.0}, 1)},
              {run_through({0.2, 0.3, 0.4}, 1), run_through({0.2, 0.95, 0.99}, 1)}});

  BOOST_TEST(compared.points[1].target.reached == 1);
  BOOST_TEST(compared.points[1].target.runs == 2);
  BOOST_TEST(compared.points[0].horizon_rounds ==
             3);  // the unfinished run was followed for three rounds
  const metric_summary& rounds = summary(compared, 1, metric::rounds_to_target);
  BOOST_TEST(rounds.count == 2);
  BOOST_TEST(rounds.mean == 2.5);                                          // min(>3, 3) and 2
  BOOST_TEST(summary(compared, 0, metric::rounds_to_target).mean == 2.5);  // 2 and min(4, 3)
  const pair_counts& known = difference(compared, 1, metric::time_to_target).counts;
  BOOST_TEST(known.later == 1);   // more than 3 against 2
  BOOST_TEST(known.sooner == 1);  // 2 against 4
}

BOOST_AUTO_TEST_CASE(who_gave_up_early_hides_nothing_from_those_with_another_baseline) {
  sweep asked = sweep_of({"near", "near, other", "far", "far, other"}, 1);
  asked.points[1].baseline = 0;
  asked.points[2].baseline = asked.points[3].baseline = 2;
  const comparison compared = compared_of(asked, {{run_through({0.1, 1.0}, 1)},
                                                  {run_through({0.1, 0.2}, 1)},
                                                  {run_through({0.1, 0.2, 0.3, 1.0}, 1)},
                                                  {run_through({0.1, 0.2, 1.0, 1.0}, 1)}});

  BOOST_TEST(compared.points[1].horizon_rounds == 2);
  BOOST_TEST(std::isinf(compared.points[3].horizon_rounds));
  BOOST_TEST(difference(compared, 3, metric::rounds_to_target).mean == -1);
}

BOOST_AUTO_TEST_CASE(failed_runs_count_as_never_and_are_left_out_of_means) {
  const sweep asked = sweep_of({"base", "fragile"}, 2);
  const comparison compared = compared_of(asked,
                                          {{run_through({0.5, 1.0}, 1), run_through({0.5, 1.0}, 3)},
                                           {run_through({0.9, 1.0}, 1), failed_run()}});

  BOOST_TEST(compared.points[1].failed == 1);
  BOOST_TEST(summary(compared, 1, metric::final_accuracy).count == 1);
  BOOST_TEST(difference(compared, 1, metric::final_accuracy).pairs == 1);
  BOOST_TEST(compared.points[1].target.reached == 1);
  BOOST_TEST(summary(compared, 1, metric::rounds_to_target).count == 2);
  BOOST_TEST(compared.points[1].horizon_rounds ==
             2);  // the longest that was needed: nobody who finished gave up
  BOOST_TEST(summary(compared, 1, metric::rounds_to_target).mean == 1.5);
  BOOST_TEST(difference(compared, 1, metric::rounds_to_target).counts.later == 1);
}

BOOST_AUTO_TEST_CASE(a_sweep_in_which_everything_failed_still_gives_its_documents) {
  const sweep asked = sweep_of({"base", "other"}, 2);
  const comparison compared = compared_of(
      asked, {{failed_run(), failed_run()}, {failed_run(), failed_run()}});

  BOOST_TEST(markup_fault(compare_page(compared)) == "");
  BOOST_TEST(table_csv(compared).find('\n') == table_csv(compared).size() - 1);  // the head alone
  BOOST_TEST(compare_json(compared).find("too many stragglers") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(targets_are_met_by_the_smoothed_accuracy) {
  run_outcome lucky = run_through({0.1, 0.9, 0.1, 0.1, 0.8, 0.8}, 1, 2);

  reach_target(lucky, 0.7);

  BOOST_TEST(lucky.target_rounds->time == 6);  // one lucky round does not count
  BOOST_TEST(lucky.smoothed_accuracy == 0.8);
}

BOOST_AUTO_TEST_CASE(a_mean_accuracy_is_over_the_rounds_that_were_evaluated) {
  const run_outcome run = run_through({0.25, missing, 0.75, missing}, 1);

  BOOST_TEST(run.values[static_cast<std::size_t>(metric::mean_accuracy)] == 0.5);
}

BOOST_AUTO_TEST_CASE(the_best_tuning_is_the_safest_and_then_the_highest) {
  BOOST_TEST(best_of({{0, 0.5, 0}, {1, 0.9, 1}, {2, 0.7, 0}}) == 2U);
  BOOST_TEST(best_of({{0, 0.7, 0}, {1, 0.7, 0}}) == 0U);
  BOOST_TEST(best_of({{0, missing, 0}, {1, 0.1, 0}}) == 1U);
}

BOOST_AUTO_TEST_CASE(long_curves_are_thinned_and_keep_their_end) {
  std::vector<double> accuracies;
  for (int i = 0; i < 5'000; ++i)
    accuracies.push_back(i / 5'000.0);

  const run_outcome run = run_through(accuracies, 1);

  BOOST_TEST(std::ssize(run.curve) <= curve_points_max);
  BOOST_TEST(run.curve.back().round == 5'000);
}

BOOST_AUTO_TEST_CASE(the_documents_hold_every_point_and_escape_foreign_text) {
  const std::string attack = "<script>alert(1)</script>,\"|";
  sweep asked = sweep_of({"base", attack}, 3);
  asked.tunings = {{{"optimizer.rate", 0.1}}, {{"optimizer.rate", 0.2}}};
  asked.tune_seeds = {7};
  const auto run = [](double final_accuracy) { return run_through({0.5, final_accuracy}, 1); };
  comparison compared = compared_of(
      asked, {{run(0.9), run(0.91), run(0.92)}, {run(0.8), run(0.95), run(0.9)}});
  compared.points[1].tuning = point_tuning{{{0, 0.5, 0}, {1, 0.6, 0}}, 1, true};

  const std::string page = compare_page(compared);
  const std::string csv = table_csv(compared);

  BOOST_TEST(markup_fault(page) == "");
  BOOST_TEST(page.find("<script>alert") == std::string::npos);
  BOOST_TEST(page.find("at the edge of its range") != std::string::npos);
  BOOST_TEST(csv.find("\"<script>alert(1)</script>,\"\"|\",final_accuracy,3,3,0,") !=
             std::string::npos);
  BOOST_TEST(table_markdown(compared).find("\\|") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::experiments
