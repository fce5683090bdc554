#include <boost/test/unit_test.hpp>

#include <cmath>

#include "algorithms/base/hash.hpp"
#include "algorithms/learning/graph_model.hpp"
#include "tests/support/models.hpp"

namespace echelon::learning {
namespace {

using testing::all_rows;
using testing::random_samples;

/// One sample of the given shape and features, with label 0 of `classes`.
dataset one_sample(sample_shape shape, std::vector<float> features, index classes) {
  return {.name = "one",
          .shape = shape,
          .count = 1,
          .classes = classes,
          .features = std::move(features),
          .labels = {0},
          .targets = {}};
}

model_ptr made_of(const sample_shape& input, std::vector<layer_node> nodes, index classes,
                  loss_kind loss = loss_kind::squared) {
  layer_graph graph{input, loss};
  for (layer_node& node : nodes) {
    node.inputs = {graph.size() - 1};
    graph.add(std::move(node));
  }
  const auto made = compile(std::move(graph),
                            {input, classes, precision::double_, math_mode::portable});
  BOOST_TEST_REQUIRE(made.has_value(), (made ? "" : made.error().detail));
  return *made;
}

block state_of(const std::vector<double>& numbers) {
  block_builder state{std::ssize(numbers), precision::double_};
  std::ranges::copy(numbers, state.as<double>().begin());
  return block::freeze(std::move(state));
}

struct outcome {
  batch_sums sums;
  std::vector<double> gradient;
};

outcome run(const model& made, const block& state, const dataset& data, std::uint64_t round = 0) {
  const auto rows = all_rows(data);
  const auto scratch = made.make_workspace();
  block_builder gradient{state.size(), state.kind()};
  const batch_sums sums = made.gradient(state, {&data, rows}, {1, "dropout", round}, gradient,
                                        *scratch);
  const auto numbers = gradient.as<double>();
  return {sums, {numbers.begin(), numbers.end()}};
}

batch_sums evaluated(const model& made, const block& state, const dataset& data) {
  const auto rows = all_rows(data);
  const auto scratch = made.make_workspace();
  return made.evaluate(state, {&data, rows}, *scratch);
}

constexpr double rounding = 1e-12;

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_model)

BOOST_AUTO_TEST_CASE(a_softmax_by_hand) {
  const auto made = made_of({1, 1, 1}, {{.kind = layer_kind::dense, .name = "d", .units = 2}}, 2,
                            loss_kind::softmax_cross_entropy);

  // Outputs 3 * 1 + 0 = 3 and 3 * 2 - 2 = 4; the label is the smaller one.
  const auto [sums, gradient] = run(*made, state_of({1, 2, 0, -2}), one_sample({1, 1, 1}, {3}, 2));

  const double probability = 1 / (1 + std::exp(1.0));
  BOOST_TEST(std::abs(sums.loss + std::log(probability)) <= rounding);
  BOOST_TEST(sums.correct == 0);
  BOOST_TEST(sums.samples == 1);
  const double expected[]{3 * (probability - 1), 3 * (1 - probability), probability - 1,
                          1 - probability};
  for (std::size_t k = 0; k < 4; ++k)
    BOOST_TEST(std::abs(gradient[k] - expected[k]) <= rounding);
}

BOOST_AUTO_TEST_CASE(a_convolution_and_a_max_pool_by_hand) {
  const auto made = made_of(
      {1, 3, 3},
      {{.kind = layer_kind::convolution, .name = "c", .units = 1, .window = {2, 2, 1, 0}},
       {.kind = layer_kind::max_pool, .name = "p", .window = {2, 2, 2, 0}}},
      1);

  // Windows of 1 2 / 4 5 with weights 1 0 / 0 -1: always -4, but for the last, 5 - 10.
  const auto [sums, gradient] = run(*made, state_of({1, 0, 0, -1, 0.5}),
                                    one_sample({1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 10}, 1));

  // The first of three equal maxima takes the whole gradient: -3.5 - 1 over the window 1 2 4 5.
  BOOST_TEST(std::abs(sums.loss - 0.5 * 4.5 * 4.5) <= rounding);
  BOOST_TEST((gradient == std::vector<double>{-4.5, -9, -18, -22.5, -4.5}));
}

BOOST_AUTO_TEST_CASE(batch_norm_hands_out_samples_times_the_batch_statistics) {
  const auto made = made_of({1, 1, 1}, {{.kind = layer_kind::batch_norm, .name = "n"}}, 0);
  const dataset data{.name = "two",
                     .shape = {1, 1, 1},
                     .count = 2,
                     .classes = 0,
                     .features = {1, 5},
                     .labels = {},
                     .targets = {0, 0}};
  const block state = state_of({2, 10, 100, 4});

  const auto [sums, gradient] = run(*made, state, data);

  // Normalised to -1 and 1 but for epsilon = 1e-5, times 2, plus 10: losses 8^2/2 and 12^2/2.
  BOOST_TEST(std::abs(sums.loss - 104) <= 1e-4);
  BOOST_TEST(std::abs(gradient[0] - (12 - 8)) <= 1e-4);
  BOOST_TEST(std::abs(gradient[1] - (12 + 8)) <= 1e-4);
  BOOST_TEST(std::abs(gradient[2] - 2 * 3) <= rounding);
  BOOST_TEST(std::abs(gradient[3] - 2 * 8) <= rounding);
  BOOST_TEST(made->couples_samples());
  // In evaluation (1 - 100) / 2 and (5 - 100) / 2, times 2, plus 10.
  BOOST_TEST(std::abs(evaluated(*made, state, data).loss - 0.5 * (89.0 * 89 + 85.0 * 85)) <= 0.1);
}

BOOST_AUTO_TEST_CASE(one_step_of_an_lstm_by_hand) {
  const auto made = made_of({1, 1, 1}, {{.kind = layer_kind::lstm, .name = "l", .units = 1}}, 1);

  // Gates i, f, g, o of 2 w + b; no past, so that U does not matter.
  const auto [sums, gradient] = run(*made, state_of({0.5, 9, 0.25, 0, 8, 8, 8, 8, 0, 0, 0.5, 1}),
                                    one_sample({1, 1, 1}, {2}, 1));

  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  const double cell = logistic(1) * std::tanh(1.0);
  const double output = logistic(1) * std::tanh(cell);
  BOOST_TEST(std::abs(sums.loss - 0.5 * (output - 1) * (output - 1)) <= rounding);
  BOOST_TEST(gradient[1] == 0);  // the forget gate forgets nothing
  BOOST_TEST((gradient[4] == 0 && gradient[7] == 0));
}

BOOST_AUTO_TEST_CASE(an_empty_batch_has_no_loss_and_a_zero_gradient) {
  const auto made = made_of({1, 1, 2},
                            {{.kind = layer_kind::flatten, .name = "f"},
                             {.kind = layer_kind::dense, .name = "d", .units = 3}},
                            3);
  const dataset data = random_samples({1, 1, 2}, 4, 3, 1);
  const auto scratch = made->make_workspace();
  block_builder gradient{made->parameter_count(), precision::double_};
  std::ranges::fill(gradient.as<double>(), 7.0);

  const batch_sums sums = made->gradient(made->initial_state(1), {&data, {}}, {1, "dropout"},
                                         gradient, *scratch);

  BOOST_TEST((sums.loss == 0 && sums.samples == 0));
  for (const double number : gradient.as<double>())
    BOOST_TEST(number == 0);
}

BOOST_AUTO_TEST_CASE(dropout_follows_its_stream_and_rests_in_evaluation) {
  const auto made = made_of({1, 1, 8},
                            {{.kind = layer_kind::flatten, .name = "f"},
                             {.kind = layer_kind::dropout, .name = "o", .rate = 0.5},
                             {.kind = layer_kind::dense, .name = "d", .units = 3}},
                            3);
  const dataset data = random_samples({1, 1, 8}, 20, 3, 1);
  const block state = made->initial_state(1);

  BOOST_TEST((run(*made, state, data, 1).gradient == run(*made, state, data, 1).gradient));
  BOOST_TEST((run(*made, state, data, 1).gradient != run(*made, state, data, 2).gradient));
  const auto without = made_of({1, 1, 8},
                               {{.kind = layer_kind::flatten, .name = "f"},
                                {.kind = layer_kind::dense, .name = "d", .units = 3}},
                               3);
  BOOST_TEST(evaluated(*made, state, data).loss == evaluated(*without, state, data).loss);
}

BOOST_AUTO_TEST_CASE(outputs_that_are_not_numbers_make_the_loss_not_a_number) {
  const auto made = made_of({1, 1, 1}, {{.kind = layer_kind::dense, .name = "d", .units = 2}}, 2,
                            loss_kind::softmax_cross_entropy);
  for (const double broken : {std::nan(""), HUGE_VAL}) {
    const auto sums = run(*made, state_of({1, broken, 0, 0}), one_sample({1, 1, 1}, {3}, 2)).sums;
    BOOST_TEST(!std::isfinite(sums.loss));
  }
}

BOOST_AUTO_TEST_CASE(a_large_batch_equals_its_chunks_added_up) {
  const sample_shape shape{1, 1, 3};
  const auto made = made_of(shape,
                            {{.kind = layer_kind::flatten, .name = "f"},
                             {.kind = layer_kind::dense, .name = "d", .units = 2}},
                            2);
  const dataset data = random_samples(shape, 1000, 2, 5);  // four chunks of at most 256
  const block state = made->initial_state(3);

  const auto [sums, gradient] = run(*made, state, data);

  double loss = 0;
  for (index row = 0; row < data.count; ++row) {
    const index rows[]{row};
    const auto scratch = made->make_workspace();
    loss += made->evaluate(state, {&data, rows}, *scratch).loss;
  }
  BOOST_TEST(sums.samples == 1000);
  BOOST_TEST(std::abs(sums.loss - loss) <= 1e-10 * loss);
}

/// The promise of portable math, held against numbers from the machine this was written on. If the
/// arithmetic is changed on purpose, these change, and runs of older versions no longer repeat.
BOOST_AUTO_TEST_CASE(portable_math_gives_the_same_bits_on_every_machine) {
  const dataset data = random_samples({1, 12, 12}, 40, 5, 7);
  const auto trained = [&](std::string_view kind, value settings, precision number) {
    const auto made = models().make(kind, settings, "model",
                                    model_context{data.shape, 5, number, math_mode::portable});
    BOOST_TEST_REQUIRE(made.has_value());
    return hash_text(with_scalar(number, [&]<class Scalar>(Scalar) {
      return testing::descend<Scalar>(**made, data, 3, 0.1).hash();
    }));
  };
  const value small_mlp{value_table{{"hidden", value_list{30, 20}}, {"dropout", 0.2}}};
  const value small_cnn{value_table{{"filters", value_list{4, 6}}, {"norm", "batch"}}};
  BOOST_TEST(trained("mlp", small_mlp, precision::single) == "9bfd8eb9b00e3022");
  BOOST_TEST(trained("mlp", small_mlp, precision::double_) == "b28b203496188400");
  BOOST_TEST(trained("cnn", small_cnn, precision::single) == "d2562db2b7ddf4af");
  BOOST_TEST(trained("cnn", small_cnn, precision::double_) == "aebb75db69cd7eb7");
  BOOST_TEST(trained("lstm", value{}, precision::single) == "9e75f567bb8591c7");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
