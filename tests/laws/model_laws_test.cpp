#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/support/models.hpp"
#include "tests/support/networks.hpp"

namespace echelon::learning {
namespace {

using testing::all_rows;
using testing::network_case;
using testing::random_samples;

std::vector<network_case> all_cases() {
  auto cases = testing::layer_cases();
  for (network_case& one : testing::model_cases())
    cases.push_back(std::move(one));
  return cases;
}

struct outcome {
  batch_sums sums;
  block gradient;
};

outcome gradient_of(const model& made, const block& state, const dataset& data) {
  const auto rows = all_rows(data);
  const auto scratch = made.make_workspace();
  block_builder gradient{state.size(), state.kind()};
  const batch_sums sums = made.gradient(state, {&data, rows}, {3, "dropout", 1, 2}, gradient,
                                        *scratch);
  return {sums, block::freeze(std::move(gradient))};
}

template <class Scalar>
double difference(const block& left, const std::vector<double>& right, index count) {
  double squares = 0, size = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
    const double off = static_cast<double>(left.as<Scalar>()[k]) - right[k];
    squares += off * off;
    size += right[k] * right[k];
  }
  return std::sqrt(squares) / (1 + std::sqrt(size));
}

std::vector<double> doubles_of(const block& numbers) {
  std::vector<double> copy;
  with_scalar(numbers.kind(), [&]<class Scalar>(Scalar) {
    for (const Scalar number : numbers.as<Scalar>())
      copy.push_back(static_cast<double>(number));
  });
  return copy;
}

/// The initial state and a little noise, so that no shift is 0 and puts a ReLU on its kink.
block_builder disturbed(const model& made) {
  block_builder state = testing::copy_of<double>(made.initial_state(5));
  random_stream random{5, "disturbance"};
  for (double& number : state.as<double>())
    number += 0.01 * random.normal();
  return state;
}

/// Along a random direction of length about 1e-5, short enough that hardly a ReLU or a maximum
/// changes sides. The truncation error is about that squared, the rounding error about 1e-16 of the
/// loss over that.
void check_slope(const model& made, const dataset& data, std::uint64_t seed) {
  const block state = block::freeze(disturbed(made));
  const outcome here = gradient_of(made, state, data);
  random_stream random{seed, "direction"};
  const double step = 1e-5 / std::sqrt(static_cast<double>(made.parameter_count()));
  block_builder up = testing::copy_of<double>(state);
  block_builder down = testing::copy_of<double>(state);
  double slope = 0, scale = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(made.parameter_count()); ++k) {
    const double direction = step * random.normal();
    up.as<double>()[k] += direction;
    down.as<double>()[k] -= direction;
    slope += 2 * direction * here.gradient.as<double>()[k];
    scale += std::pow(2 * direction * here.gradient.as<double>()[k], 2);
  }
  const double measured = gradient_of(made, block::freeze(std::move(up)), data).sums.loss -
                          gradient_of(made, block::freeze(std::move(down)), data).sums.loss;
  BOOST_TEST(std::abs(measured - slope) <= 1e-5 * std::sqrt(scale) + 1e-13 * here.sums.loss);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(model_laws)

BOOST_AUTO_TEST_CASE(every_layer_kind_has_a_case) {
  std::set<layer_kind> seen;
  for (const network_case& one : testing::layer_cases()) {
    const auto made = one.compiled(precision::double_, math_mode::portable);
    BOOST_TEST_CONTEXT(one.name) BOOST_TEST_REQUIRE(made.has_value());
    for (const layer_node& node : (*made)->graph()->nodes())
      seen.insert(node.kind);
  }
  BOOST_TEST(seen.size() == static_cast<std::size_t>(layer_kind::lstm) + 1);
}

BOOST_AUTO_TEST_CASE(every_gradient_agrees_with_central_differences) {
  for (const network_case& one : all_cases())
    for (const index count : {index{1}, index{2}, index{19}}) {
      const auto made = one.compiled(precision::double_, math_mode::portable);
      // The variance of one or two numbers is too bent a function for differences.
      if ((*made)->couples_samples() && count < 3)
        continue;
      BOOST_TEST_CONTEXT(one.name << ' ' << one.input.size() << " features, " << count
                                  << " samples")
      check_slope(**made, random_samples(one.input, count, one.classes, 11), 7);
    }
}

BOOST_AUTO_TEST_CASE(native_and_portable_agree_to_rounding) {
  for (const network_case& one : all_cases()) {
    const auto native = one.compiled(precision::double_, math_mode::native);
    const auto portable = one.compiled(precision::double_, math_mode::portable);
    const dataset data = random_samples(one.input, 9, one.classes, 2);
    const block state = (*native)->initial_state(1);

    const outcome left = gradient_of(**native, state, data);
    const outcome right = gradient_of(**portable, state, data);

    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(std::abs(left.sums.loss - right.sums.loss) <= 1e-12 * (1 + right.sums.loss));
      BOOST_TEST(difference<double>(left.gradient, doubles_of(right.gradient), state.size()) <=
                 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(float_is_close_to_double) {
  for (const network_case& one : all_cases()) {
    const auto exact = one.compiled(precision::double_, math_mode::native);
    const auto rough = one.compiled(precision::single, math_mode::native);
    const dataset data = random_samples(one.input, 9, one.classes, 2);

    const outcome left = gradient_of(**rough, (*rough)->initial_state(1), data);
    const outcome right = gradient_of(**exact, (*exact)->initial_state(1), data);

    // In a deep network some ReLUs and maxima fall on the other side of a tie.
    const double tolerance = (*exact)->graph()->size() > 30 ? 2e-2 : 2e-4;
    BOOST_TEST_CONTEXT(one.name)
    BOOST_TEST(difference<float>(left.gradient, doubles_of(right.gradient),
                                 (*exact)->parameter_count()) <= tolerance);
  }
}

BOOST_AUTO_TEST_CASE(the_same_call_gives_the_same_bits_whatever_the_workspace_held) {
  for (const network_case& one : all_cases())
    for (const math_mode math : {math_mode::native, math_mode::portable}) {
      const auto made = one.compiled(precision::single, math);
      const dataset small = random_samples(one.input, 5, one.classes, 2);
      const dataset large = random_samples(one.input, 33, one.classes, 3);
      const auto small_rows = all_rows(small);
      const auto large_rows = all_rows(large);
      const block state = (*made)->initial_state(1);
      const outcome fresh = gradient_of(**made, state, small);
      const auto scratch = (*made)->make_workspace();
      block_builder again{state.size(), state.kind()};

      (*made)->gradient(state, {&large, large_rows}, {9, "dropout"}, again, *scratch);
      (*made)->gradient(state, {&small, small_rows}, {3, "dropout", 1, 2}, again, *scratch);

      BOOST_TEST_CONTEXT(one.name)
      BOOST_TEST(block::freeze(std::move(again)).hash() == fresh.gradient.hash());
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_parts_add_up_to_the_whole_unless_samples_are_coupled) {
  for (const network_case& one : all_cases()) {
    const auto made = one.compiled(precision::double_, math_mode::native);
    const bool random = one.name == "dropout";
    if ((*made)->couples_samples() || random)
      continue;
    const dataset data = random_samples(one.input, 23, one.classes, 4);
    const auto rows = all_rows(data);
    const block state = (*made)->initial_state(1);
    const auto scratch = (*made)->make_workspace();
    std::vector<double> sum(static_cast<std::size_t>(state.size()), 0.0);
    batch_sums parts;

    for (const auto& [first, count] : {std::pair{0, 1}, {1, 16}, {17, 6}}) {
      block_builder part{state.size(), state.kind()};
      const auto some = std::span{rows}.subspan(static_cast<std::size_t>(first),
                                                static_cast<std::size_t>(count));
      parts += (*made)->gradient(state, {&data, some}, {1, "dropout"}, part, *scratch);
      std::ranges::transform(sum, part.as<double>(), sum.begin(), std::plus<>{});
    }

    const outcome whole = gradient_of(**made, state, data);
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(parts.samples == whole.sums.samples);
      BOOST_TEST(parts.correct == whole.sums.correct);
      BOOST_TEST(std::abs(parts.loss - whole.sums.loss) <= 1e-12 * (1 + whole.sums.loss));
      BOOST_TEST(difference<double>(whole.gradient, sum, state.size()) <= 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(tensors_tile_the_state_and_say_which_axes_are_units) {
  for (const network_case& one : all_cases()) {
    const auto made = one.compiled(precision::single, math_mode::native);
    index end = 0;
    std::set<std::string> names;
    for (const tensor_spec& tensor : (*made)->tensors()) {
      BOOST_TEST(tensor.offset == end);
      BOOST_TEST(names.insert(tensor.name).second);
      end += tensor.size();
    }
    BOOST_TEST(end == (*made)->parameter_count() + (*made)->buffer_count());
    const layer_graph& graph = *(*made)->graph();
    const auto shapes = infer_shapes(graph);
    for (index k = 1; k < graph.size(); ++k) {
      std::vector<sample_shape> inputs;
      for (const index from : graph.node(k).inputs)
        inputs.push_back((*shapes)[static_cast<std::size_t>(from)]);
      for (const layer_tensor& tensor : tensors_of(graph.node(k), inputs)) {
        BOOST_TEST_REQUIRE(tensor.axes.size() == tensor.shape.size());
        for (std::size_t axis = 0; axis < tensor.axes.size(); ++axis)
          BOOST_TEST(tensor.shape[axis] % (tensor.axes[axis].outer * tensor.axes[axis].inner) == 0);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
