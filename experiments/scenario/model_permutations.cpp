#include "experiments/scenario/model_permutations.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "algorithms/learning/layer_graph.hpp"

namespace echelon::experiments {
namespace {

using learning::axis_layout;
using learning::layer_graph;
using learning::layer_kind;
using learning::layer_node;
using merging::segment;
using merging::tensor_map;
using nlohmann::ordered_json;

/// Images in grey and in colour, and a row of a table.
constexpr learning::sample_shape inputs[]{{1, 28, 28}, {3, 32, 32}, {1, 1, 13}};
constexpr index classes = 10;

bool reads_units(const layer_node& node) {
  return node.kind == layer_kind::dense || node.kind == layer_kind::convolution ||
         node.kind == layer_kind::lstm;
}

/// Which nodes put out the network's input or output as it is, unit by unit.
struct ends {
  std::vector<bool> input, output;

  explicit ends(const layer_graph& graph) : input(slot(graph.size())), output(slot(graph.size())) {
    input.front() = output.back() = true;
    for (index node = 1; node < graph.size(); ++node)
      if (!reads_units(graph.node(node)))
        input[slot(node)] = reads_any(graph.node(node), input);
    for (index node = graph.size() - 1; node > 0; --node)
      if (output[slot(node)] && !reads_units(graph.node(node)))
        for (const index from : graph.node(node).inputs)
          output[slot(from)] = true;
  }

  static bool reads_any(const layer_node& node, const std::vector<bool>& marked) {
    return std::ranges::any_of(node.inputs, [&](index from) { return marked[slot(from)]; });
  }
};

std::string_view reason_of(const layer_graph& graph, index number, axis_layout::side side,
                           const ends& known) {
  const layer_node& node = graph.node(number);
  const bool reads = side == axis_layout::side::input;
  if (reads ? ends::reads_any(node, known.input) : known.input[slot(number)])
    return "the network's input has its places";
  if (reads ? ends::reads_any(node, known.output) : known.output[slot(number)])
    return "the network's outputs have their meaning";
  if (node.groups > 1)
    return "units stay in their group";
  return "shares units with a layout that does not fit, or with what is fixed";
}

index moved_positions(const merging::axis_map& map) {
  index moved = 0;
  for (const segment& part : map)
    moved += part.units * part.outer * part.inner;
  return moved;
}

void add_fixed(model_permutations& found, const layer_graph& graph, index number,
               const learning::layer_tensor& tensor, const ends& known) {
  const std::string name = graph.node(number).name + '.' + tensor.suffix;
  const auto place = std::ranges::find(found.spec.tensors, name, &tensor_map::name);
  for (std::size_t axis = 0; axis < tensor.axes.size(); ++axis) {
    const index left = tensor.shape[axis] - moved_positions(place->axes[axis]);
    if (left > 0 && tensor.axes[axis].of != axis_layout::side::none)
      found.fixed.push_back({place - found.spec.tensors.begin(), static_cast<index>(axis), left,
                             reason_of(graph, number, tensor.axes[axis].of, known)});
  }
}

result<model_permutations> permutations_of(const layer_graph& graph) {
  ECHELON_TRY(auto spec, merging::derive_permutations(graph));
  ECHELON_TRY(const auto shapes, learning::infer_shapes(graph));
  model_permutations found{graph.input_shape(), shapes.back().size(), std::move(spec)};
  const ends known{graph};
  for (index number = 1; number < graph.size(); ++number) {
    std::vector<learning::sample_shape> from;
    for (const index input : graph.node(number).inputs)
      from.push_back(shapes[slot(input)]);
    for (const auto& tensor : learning::tensors_of(graph.node(number), from))
      add_fixed(found, graph, number, tensor, known);
  }
  return found;
}

/// "fc2.weight axis 1 (49 each)"
std::string use_text(const tensor_map& tensor, index axis, index number) {
  std::vector<std::string> ways;
  for (const segment& part : tensor.axes[slot(axis)]) {
    if (part.number != number)
      continue;
    if (part.inner > 1)
      ways.push_back(fmt::format("{} each", part.inner));
    if (part.outer > 1)
      ways.push_back(fmt::format("{} times", part.outer));
    if (part.start > 0)
      ways.push_back(fmt::format("from {}", part.start));
  }
  return fmt::format("{} axis {}{}", tensor.name, axis,
                     ways.empty() ? "" : fmt::format(" ({})", fmt::join(ways, ", ")));
}

std::string class_text(const merging::permutation_spec& spec, index number) {
  const merging::permutation_class& one = spec.classes[slot(number)];
  std::vector<std::string> moved;
  for (const auto [tensor, axis] : one.uses)
    moved.push_back(use_text(spec.tensors[slot(tensor)], axis, number));
  return fmt::format("      class {}: {} units{}, read at {}; moves {}\n", number, one.units,
                     one.blocks > 1 ? fmt::format(" in {} groups", one.blocks) : "",
                     one.reading.name, fmt::join(moved, ", "));
}

ordered_json class_json(const merging::permutation_spec& spec, index number) {
  const merging::permutation_class& one = spec.classes[slot(number)];
  ordered_json moved = ordered_json::array();
  for (const auto [tensor, axis] : one.uses) {
    ordered_json segments = ordered_json::array();
    for (const segment& part : spec.tensors[slot(tensor)].axes[slot(axis)])
      if (part.number == number)
        segments.push_back({{"start", part.start},
                            {"units", part.units},
                            {"inner", part.inner},
                            {"outer", part.outer},
                            {"outer_step", part.outer_step}});
    moved.push_back({{"tensor", spec.tensors[slot(tensor)].name},
                     {"axis", axis},
                     {"segments", std::move(segments)}});
  }
  return {{"units", one.units},
          {"blocks", one.blocks},
          {"read_at", one.reading.name},
          {"moves", std::move(moved)}};
}

}  // namespace

result<model_permutations> typical_permutations(const learning::model_catalogue& known,
                                                std::string_view name) {
  for (const learning::sample_shape& input : inputs)
    for (const index count : {classes, index{0}})
      if (const auto made = known.make(name, value{value_table{}}, "model",
                                       learning::model_context{.input = input, .classes = count});
          made && (*made)->graph() != nullptr)
        return permutations_of(*(*made)->graph());
  return fail(errc::not_supported, "model \"{}\" has no layers, or takes none of the usual inputs",
              name);
}

std::string permutations_text(const model_permutations& shown) {
  const auto& [input, outputs, spec, fixed] = shown;
  std::string text = fmt::format(
      "    permutations on {} x {} x {}, {} outputs: {} classes of units, hash {:016x}\n",
      input.channels, input.height, input.width, outputs, spec.classes.size(), spec.hash);
  for (index number = 0; number < std::ssize(spec.classes); ++number)
    text += class_text(spec, number);
  for (const auto& [tensor, axis, positions, reason] : fixed)
    text += fmt::format("      fixed: {} axis {}, {} positions: {}\n",
                        spec.tensors[slot(tensor)].name, axis, positions, reason);
  return text;
}

ordered_json permutations_json(const model_permutations& shown) {
  const merging::permutation_spec& spec = shown.spec;
  ordered_json classes_list = ordered_json::array(), fixed = ordered_json::array();
  for (index number = 0; number < std::ssize(spec.classes); ++number)
    classes_list.push_back(class_json(spec, number));
  for (const auto& [tensor, axis, positions, reason] : shown.fixed)
    fixed.push_back({{"tensor", spec.tensors[slot(tensor)].name},
                     {"axis", axis},
                     {"positions", positions},
                     {"reason", reason}});
  return {{"input", {shown.input.channels, shown.input.height, shown.input.width}},
          {"outputs", shown.outputs},
          {"state_size", spec.state_size},
          {"hash", fmt::format("{:016x}", spec.hash)},
          {"classes", std::move(classes_list)},
          {"fixed", std::move(fixed)}};
}

}  // namespace echelon::experiments
