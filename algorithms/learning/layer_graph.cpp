#include "algorithms/learning/layer_graph.hpp"

#include <set>

#include "algorithms/base/contract.hpp"
#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning {
namespace {

/// Keeps products of sizes far from overflow, and a scenario's typing error from asking for a
/// terabyte.
constexpr index features_max = index{1} << 28;

bool too_large(const sample_shape& shape) {
  const index sides[]{shape.channels, shape.height, shape.width};
  index size = 1;
  for (const index side : sides) {
    if (side > features_max || size > features_max)
      return true;
    size *= side;
  }
  return size > features_max;
}

result<void> check_names(const layer_graph& graph) {
  std::set<std::string_view> names;
  for (const layer_node& node : graph.nodes())
    if (!names.insert(node.name).second)
      return fail(errc::bad_input, "two layers are called \"{}\"; names must differ", node.name);
  return {};
}

result<void> check_uses(const layer_graph& graph) {
  std::vector<bool> used(static_cast<std::size_t>(graph.size()), false);
  used.back() = true;
  for (const layer_node& node : graph.nodes())
    for (const index from : node.inputs)
      used[static_cast<std::size_t>(from)] = true;
  for (std::size_t k = 0; k < used.size(); ++k)
    if (!used[k])
      return fail(errc::bad_input, "the output of layer \"{}\" is not used", graph.nodes()[k].name);
  return {};
}

}  // namespace

layer_graph::layer_graph(sample_shape input, loss_kind loss)
    : nodes_{{.kind = layer_kind::input, .name = "input"}}, input_(input), loss_(loss) {
  expects(input.channels > 0 && input.height > 0 && input.width > 0);
}

index layer_graph::add(layer_node node) {
  expects(!node.inputs.empty());
  for (const index from : node.inputs)
    expects(from >= 0 && from < size());
  nodes_.push_back(std::move(node));
  return size() - 1;
}

result<std::vector<sample_shape>> infer_shapes(const layer_graph& graph) {
  ECHELON_CHECK(check_names(graph));
  ECHELON_CHECK(check_uses(graph));
  std::vector<sample_shape> shapes{graph.input_shape()};
  for (const layer_node& node : graph.nodes().subspan(1)) {
    std::vector<sample_shape> inputs;
    for (const index from : node.inputs)
      inputs.push_back(shapes[static_cast<std::size_t>(from)]);
    const layers::layer_type& type = layers::type_of(node.kind);
    if (type.many_inputs ? inputs.size() < 2 : inputs.size() != 1)
      return fail(errc::bad_input, "{} layer \"{}\" has {} inputs; it takes {}", type.name,
                  node.name, inputs.size(), type.many_inputs ? "two or more" : "one");
    ECHELON_TRY(const sample_shape shape, type.infer(node, inputs));
    if (too_large(shape))
      return fail(errc::bad_input, "layer \"{}\" has an output of {}x{}x{} numbers; at most {} fit",
                  node.name, shape.channels, shape.height, shape.width, features_max);
    shapes.push_back(shape);
  }
  return shapes;
}

}  // namespace echelon::learning
