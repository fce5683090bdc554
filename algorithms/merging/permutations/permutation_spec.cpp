#include "algorithms/merging/permutations/permutation_spec.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "algorithms/base/hash.hpp"
#include "algorithms/learning/model_tensors.hpp"
#include "algorithms/merging/permutations/graph_walk.hpp"

namespace echelon::merging {
namespace {

using learning::layer_graph;
using learning::layer_kind;

std::vector<tensor_map> place_tensors(const layer_graph& graph, const graph_walk& walk,
                                      const learning::state_layout& layout) {
  std::vector<tensor_map> tensors;
  for (index node = 1; node < graph.size(); ++node) {
    std::size_t k = 0;
    for (const auto& placed : layout.of_node(node)) {
      tensor_map& made = tensors.emplace_back();
      made.name = graph.node(node).name + '.' + placed.tensor.suffix;
      made.shape = placed.tensor.shape;
      made.offset = placed.offset;
      made.role = placed.tensor.role;
      for (const axis_map& axis : walk.tensors(node)[k++])
        made.axes.push_back(walk.classes().resolved(axis));
    }
  }
  std::ranges::sort(tensors, {}, &tensor_map::offset);
  return tensors;
}

bool reads_units(layer_kind kind) {
  return kind == layer_kind::dense || kind == layer_kind::convolution || kind == layer_kind::lstm;
}

/// What the last layer of weights that reads a class is given, before it is flattened or averaged
/// over its pixels: a stream of sums as it leaves its stage.
void place_taps(const layer_graph& graph, const graph_walk& walk,
                std::map<index, permutation_class>& classes) {
  for (const learning::layer_node& reader : graph.nodes().subspan(1)) {
    if (!reads_units(reader.kind))
      continue;
    index node = reader.inputs[0];
    while (graph.node(node).kind == layer_kind::global_average_pool ||
           graph.node(node).kind == layer_kind::flatten)
      node = graph.node(node).inputs[0];
    std::map<index, axis_map> places;
    for (const segment& part : walk.classes().resolved(walk.output(node)))
      places[part.number].push_back(part);
    for (auto& [number, map] : places)
      if (const auto found = classes.find(number); found != classes.end())
        found->second.reading = {node, graph.node(node).name, std::move(map)};
  }
}

/// Classes of one unit have nothing to permute.
std::map<index, permutation_class> find_classes(const unit_classes& known,
                                                std::vector<tensor_map>& tensors) {
  std::map<index, permutation_class> classes;
  for (std::size_t t = 0; t < tensors.size(); ++t)
    for (std::size_t axis = 0; axis < tensors[t].axes.size(); ++axis) {
      std::erase_if(tensors[t].axes[axis], [](const segment& part) { return part.units < 2; });
      for (const segment& part : tensors[t].axes[axis]) {
        permutation_class& one = classes[part.number];
        one.units = part.units;
        one.blocks = known.blocks(part.number);
        const permutation_class::use use{static_cast<index>(t), static_cast<index>(axis)};
        if (one.uses.empty() || one.uses.back().tensor != use.tensor ||
            one.uses.back().axis != use.axis)
          one.uses.push_back(use);
      }
    }
  return classes;
}

/// From numbers of the walk to places in the list of classes.
void renumber(permutation_spec& spec, const std::map<index, permutation_class>& classes) {
  std::map<index, index> place;
  for (const auto& [number, one] : classes) {
    place.emplace(number, std::ssize(spec.classes));
    spec.classes.push_back(one);
  }
  const auto rename = [&](axis_map& map) {
    for (segment& part : map)
      part.number = place.at(part.number);
  };
  for (permutation_class& one : spec.classes)
    rename(one.reading.places);
  for (tensor_map& tensor : spec.tensors)
    std::ranges::for_each(tensor.axes, rename);
}

std::string text_of(const axis_map& map) {
  std::string text;
  for (const segment& part : map)
    text += fmt::format(" [class {} from {}: {} units x {}, {} times every {}]", part.number,
                        part.start, part.units, part.inner, part.outer, part.outer_step);
  return text;
}

}  // namespace

result<permutation_spec> derive_permutations(const layer_graph& graph) {
  ECHELON_TRY(const auto shapes, learning::infer_shapes(graph));
  const learning::state_layout layout{graph, shapes};
  const graph_walk walk{graph, shapes};
  permutation_spec spec;
  spec.state_size = layout.parameter_count() + layout.buffer_count();
  spec.tensors = place_tensors(graph, walk, layout);
  auto classes = find_classes(walk.classes(), spec.tensors);
  place_taps(graph, walk, classes);
  renumber(spec, classes);
  const std::string text = describe(spec);
  spec.hash = hash_bytes(std::as_bytes(std::span{text}));
  return spec;
}

std::string describe(const permutation_spec& spec) {
  std::string text;
  for (std::size_t c = 0; c < spec.classes.size(); ++c) {
    const permutation_class& one = spec.classes[c];
    text += fmt::format("class {}: {} units", c, one.units);
    if (one.blocks > 1)
      text += fmt::format(" in {} groups", one.blocks);
    text += fmt::format(", read at {}\n", one.reading.name);
  }
  for (const tensor_map& tensor : spec.tensors) {
    text += fmt::format("{} {}", tensor.name, fmt::join(tensor.shape, "x"));
    for (std::size_t axis = 0; axis < tensor.axes.size(); ++axis)
      if (!tensor.axes[axis].empty())
        text += fmt::format(", axis {}:{}", axis, text_of(tensor.axes[axis]));
    text += '\n';
  }
  return text;
}

}  // namespace echelon::merging
