#include <cmath>
#include <numeric>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/divergence.hpp"
#include "tests/support/small_training.hpp"

// What probes of a model find, and that they change nothing of the run.
namespace echelon::actors {
namespace {

using tests::small_options;
using tests::small_setup;

/// The mean gradient of all rows of a part, at a model.
vector gradient_of(const training_setup& setup, const block& state, index part) {
  const learning::model& model = *setup.model;
  block_builder sums{model.parameter_count(), model.kind()};
  const auto scratch = model.make_workspace();
  const auto outcome = model.gradient(state, {setup.data.train.get(), setup.parts[slot(part)]},
                                      random_stream{1, "tests"}, sums, *scratch);
  const auto values = sums.as<double>();
  vector mean(model.parameter_count());
  for (index i = 0; i < mean.size(); ++i)
    mean[i] = values[slot(i)] / static_cast<double>(outcome.samples);
  return mean;
}

model_probe probe(const training_setup& setup, index round = 0) {
  const auto scratch = setup.model->make_workspace();
  return probe_model(setup, setup.model->initial_state(setup.init_seed), round, *scratch);
}

training_setup setup_of_two_edges() {
  training_setup setup = small_setup(
      {.kind = precision::double_, .edges = value_list{2, 3}, .samples = 300});
  setup.batch = 0;
  return setup;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(probes)

BOOST_AUTO_TEST_CASE(halves_of_whole_even_parts_give_the_exact_divergences) {
  training_setup setup = setup_of_two_edges();
  for (auto& rows : setup.parts)
    rows.resize(rows.size() / 2 * 2);
  const block state = setup.model->initial_state(setup.init_seed);
  matrix gradients(setup.topology.workers(), setup.model->parameter_count());
  std::vector<double> weights;
  for (index part = 0; part < setup.topology.workers(); ++part) {
    gradients.row(part) = gradient_of(setup, state, part).transpose();
    weights.push_back(static_cast<double>(setup.parts[slot(part)].size()));
  }
  const auto where = hierarchy::tiers::weighted(setup.topology, weights).value();
  const auto exact = hierarchy::measure_divergences(where, gradients);
  const auto found = probe(setup);
  const auto close = boost::test_tools::tolerance(1e-9);
  BOOST_TEST(found.by_level == exact.by_level, close << boost::test_tools::per_element());
  BOOST_TEST(found.by_group == hierarchy::group_divergences(where, gradients),
             close << boost::test_tools::per_element());
  vector mean = vector::Zero(gradients.cols());
  for (index part = 0; part < gradients.rows(); ++part)
    mean += where.weight(part) * gradients.row(part).transpose();
  BOOST_TEST(found.gradient_square == mean.squaredNorm(), close);
  BOOST_TEST(found.noise == 0);  // steps take whole parts
}

BOOST_AUTO_TEST_CASE(estimates_from_a_few_rows_are_unbiased) {
  training_setup setup = setup_of_two_edges();
  for (auto& rows : setup.parts)
    rows.resize(41);  // halves of 20: one row is always left out
  const block state = setup.model->initial_state(setup.init_seed);
  const double exact = gradient_of(setup, state, 1).squaredNorm();
  constexpr index draws = 60;
  std::vector<double> seen;
  for (index round = 1; round <= draws; ++round)
    seen.push_back(probe(setup, round).workers[1].gradient_square);
  const double mean = std::accumulate(seen.begin(), seen.end(), 0.0) / draws;
  double square = 0;
  for (const double one : seen)
    square += (one - mean) * (one - mean);
  BOOST_TEST(std::abs(mean - exact) < 5 * std::sqrt(square) / draws);
}

BOOST_AUTO_TEST_CASE(smoothness_is_that_of_a_step_and_never_beyond_what_softmax_has) {
  const auto found = probe(setup_of_two_edges());
  BOOST_TEST(found.smoothness > 0);
  // Half the largest squared length of a glyph with its bias: pixels are at most 1.
  BOOST_TEST(found.smoothness < 0.5 * (784 + 1));
}

BOOST_AUTO_TEST_CASE(coded_work_and_timing_alone_have_nothing_to_probe) {
  BOOST_TEST(can_probe(small_setup({})));
  BOOST_TEST(!can_probe(small_setup({.policy = "cyclic", .stragglers = 1})));
  training_setup without = small_setup({});
  without.gradients = false;
  BOOST_TEST(!can_probe(without));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_probed_is_the_same_run) {
  training_setup setup = small_setup({.rounds = 7});
  const auto plain = tests::train(setup);
  setup.probe_every = 3;
  const auto probed = tests::train(setup);
  BOOST_TEST(plain.outcome.summary.weights_hash == probed.outcome.summary.weights_hash);
  BOOST_TEST(*plain.outcome.summary.trace_hash == *probed.outcome.summary.trace_hash);
  BOOST_TEST(plain.outcome.summary.time_s == probed.outcome.summary.time_s);
  for (const round_record& round : probed.rounds) {
    const bool due = round.round == 3 || round.round == 6 || round.round == 7;
    for (const char* fact : {"gradient_square", "noise", "smoothness", "upward_divergence",
                             "downward_divergence", "divergence_level_1"})
      BOOST_TEST(round.facts.contains(fact) == due, fact << " in round " << round.round);
  }
}

BOOST_AUTO_TEST_CASE(bounds_are_asked_for_with_the_first_model_and_noted) {
  training_setup setup = small_setup({.rounds = 4});
  setup.probe_every = 2;
  const double first_loss = probe(setup).loss;
  setup.bounds = [first_loss](const bound_question& asked) -> std::map<std::string, double> {
    BOOST_TEST(asked.start.loss == first_loss);
    return {{"bound_of_a_test", static_cast<double>(asked.rounds)}};
  };
  const auto probed = tests::train(setup);
  BOOST_TEST(probed.rounds[1].facts.at("bound_of_a_test") == 2);
  BOOST_TEST(probed.rounds[3].facts.at("bound_of_a_test") == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
