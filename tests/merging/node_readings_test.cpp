#include <boost/test/unit_test.hpp>

#include <map>

#include "tests/support/merging.hpp"

namespace echelon::merging {
namespace {

/// All that is shown, node by node, feature by feature, over all passes.
class everything final : public learning::activation_reader {
public:
  void read(const learning::activation<float>&) override { BOOST_FAIL("wrong precision"); }
  void read(const learning::activation<double>& output) override {
    auto& features = seen[output.node];
    features.resize(slot(output.features));
    for (index f = 0; f < output.features; ++f)
      for (index n = 0; n < output.samples; ++n)
        features[slot(f)].push_back(output.numbers[f * output.stride + n]);
  }
  std::map<index, std::vector<std::vector<double>>> seen;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(node_readings)

BOOST_AUTO_TEST_CASE(every_node_is_shown_once_a_pass_before_it_is_overwritten) {
  const testing::network_case one = testing::branching_cases()[0];
  const auto made = one.compiled(precision::double_, learning::math_mode::native).value();
  const auto data = testing::random_samples(one.input, 300, one.classes, 3);
  const auto rows = testing::all_rows(data);
  BOOST_TEST(made->pass_samples() < 300);
  everything reader;
  made->observe(made->initial_state(1), {&data, rows}, reader, *made->make_workspace());
  const learning::layer_graph& graph = *made->graph();
  BOOST_TEST(std::ssize(reader.seen) == graph.size() - 1);
  for (const auto& [node, features] : reader.seen) {
    BOOST_TEST(features[0].size() == 300);
    if (graph.node(node).kind != learning::layer_kind::relu)
      continue;
    const auto& before = reader.seen.at(graph.node(node).inputs[0]);
    for (std::size_t f = 0; f < features.size(); ++f)
      for (std::size_t n = 0; n < features[f].size(); ++n)
        BOOST_REQUIRE(features[f][n] == std::max(before[f][n], 0.0));
  }
}

BOOST_AUTO_TEST_CASE(buffers_measured_alone_are_those_a_gradient_reports) {
  for (const testing::network_case& one : testing::all_networks()) {
    if (one.name == "vgg")
      continue;  // large, and no different
    const auto made = one.compiled(precision::double_, learning::math_mode::native).value();
    const auto data = testing::random_samples(one.input, 20, one.classes, 3);
    const auto rows = testing::all_rows(data);
    const block state = testing::disturbed_state<double>(*made, 1);
    block_builder gradient{state.size(), state.kind()}, alone{state.size(), state.kind()};
    const auto scratch = made->make_workspace();
    made->gradient(state, {&data, rows}, {1, "dropout"}, gradient, *scratch);
    made->measure_buffers(state, {&data, rows}, {1, "dropout"}, alone, *scratch);
    const auto left = gradient.as<double>().subspan(slot(made->parameter_count()));
    const auto right = alone.as<double>().subspan(slot(made->parameter_count()));
    BOOST_TEST(std::ranges::equal(left, right), one.name);
    BOOST_TEST(std::ranges::all_of(alone.as<double>().first(slot(made->parameter_count())),
                                   [](double x) { return x == 0; }));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
