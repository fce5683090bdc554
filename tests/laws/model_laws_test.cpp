#include <boost/test/unit_test.hpp>

#include "algorithms/learning/model.hpp"
#include "tests/support/models.hpp"

namespace echelon::learning {
namespace {

using testing::all_rows;
using testing::random_samples;

struct subject {
  std::string kind;
  value settings;
  model_context context;
};

/// Every registered kind on awkward shapes: one number, odd counts, one class too many.
std::vector<subject> subjects() {
  std::vector<subject> all;
  for (const std::string& kind : models().names()) {
    for (const index classes : {index{2}, index{7}})
      for (const sample_shape shape : {sample_shape{1, 1, 1}, {1, 1, 13}, {3, 5, 4}})
        all.push_back({kind, value{}, {shape, classes, precision::double_, math_mode::portable}});
    all.push_back({kind, value{}, {{1, 1, 5}, 0, precision::double_, math_mode::portable}});
  }
  return all;
}

double loss_at(const model& made, block_builder state, const batch& samples) {
  const auto scratch = made.make_workspace();
  block_builder unused{state.size(), state.kind()};
  return made.gradient(block::freeze(std::move(state)), samples, {3, "dropout"}, unused, *scratch)
      .loss;
}

/// Central differences along a few random directions: |difference| <= 1e-6 of the scale, since the
/// truncation error is about step^2 and the rounding error about 1e-16 / step.
void check_gradient(const model& made, const dataset& data) {
  const auto rows = all_rows(data);
  const batch samples{&data, rows};
  const block state = made.initial_state(5);
  const auto scratch = made.make_workspace();
  block_builder sums{state.size(), state.kind()};
  made.gradient(state, samples, {3, "dropout"}, sums, *scratch);
  random_stream random{9, "directions"};
  // In all, a step of 1e-5, short enough that hardly a ReLU changes sides within it.
  const double step = 1e-5 / std::sqrt(static_cast<double>(made.parameter_count()));
  for (int trial = 0; trial < 5; ++trial) {
    block_builder up = testing::copy_of<double>(state);
    block_builder down = testing::copy_of<double>(state);
    double slope = 0, size = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(made.parameter_count()); ++k) {
      const double direction = random.normal();
      up.as<double>()[k] += step * direction;
      down.as<double>()[k] -= step * direction;
      slope += direction * sums.as<double>()[k];
      size += std::abs(direction * sums.as<double>()[k]);
    }
    const double measured = (loss_at(made, up, samples) - loss_at(made, down, samples)) / (2 * step);
    BOOST_TEST(std::abs(measured - slope) <= 1e-6 * (1 + size));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(model_laws)

BOOST_AUTO_TEST_CASE(every_gradient_agrees_with_central_differences) {
  for (const auto& [kind, settings, context] : subjects()) {
    const auto made = models().make(kind, settings, "model", context);
    if (!made)
      continue;
    BOOST_TEST_CONTEXT(kind << ' ' << context.input.size() << " features, " << context.classes
                            << " classes")
    for (const index count : {index{1}, index{19}})
      check_gradient(**made, random_samples(context.input, count, context.classes, 11));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
