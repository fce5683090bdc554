#include "algorithms/merging/permutations/graph_walk.hpp"

#include <algorithm>
#include <iterator>

namespace echelon::merging {
namespace {

using learning::layer_kind;
using learning::layer_node;
using learning::sample_shape;

index pixels_of(const sample_shape& shape) { return shape.height * shape.width; }

axis_map one_class(index number, index units, index inner = 1) {
  return {{.number = number, .units = units, .inner = inner}};
}

/// Every position becomes `factor` neighbouring ones.
axis_map widened(axis_map map, index factor) {
  for (segment& part : map) {
    part.start *= factor;
    part.outer_step *= factor;
    part.inner *= factor;
  }
  return map;
}

axis_map shifted(axis_map map, index by) {
  for (segment& part : map)
    part.start += by;
  return map;
}

}  // namespace

graph_walk::graph_walk(const learning::layer_graph& graph, const std::vector<sample_shape>& shapes)
    : graph_(graph), shapes_(shapes), outputs_(shapes.size()), tensors_(shapes.size()) {
  for (index node = 1; node < graph.size(); ++node)
    visit(node);
  classes_.freeze(outputs_.back());
}

void graph_walk::visit(index number) {
  const layer_node& node = graph_.node(number);
  const index from = node.inputs[0];
  outputs_[slot(number)] = node.inputs.size() > 1
                               ? join_inputs(node)
                               : produce(node, outputs_[slot(from)], shapes_[slot(from)],
                                         shapes_[slot(number)]);
}

/// Of a node with one input.
axis_map graph_walk::produce(const layer_node& node, const axis_map& in, const sample_shape& from,
                             const sample_shape& to) {
  auto& tensors = tensors_[slot(&node - graph_.nodes().data())];
  switch (node.kind) {
    case layer_kind::dense: {
      const axis_map out = one_class(classes_.fresh(node.units), node.units);
      tensors = {{out, in}, {out}};
      return out;
    }
    case layer_kind::convolution: return visit_convolution(node, in, from, pixels_of(to));
    case layer_kind::lstm: return visit_recurrence(node, in, from);
    case layer_kind::batch_norm: {
      const std::vector<axis_map> channels{channels_of(in, pixels_of(from))};
      tensors = {channels, channels, channels, channels};
      return in;
    }
    case layer_kind::group_norm: {
      const std::vector<axis_map> channels{channels_of(in, pixels_of(from))};
      classes_.keep_groups(channels[0], from.channels, node.groups);
      tensors = {channels, channels};
      return in;
    }
    case layer_kind::layer_norm: tensors = {{in}, {in}}; return in;
    case layer_kind::max_pool:
    case layer_kind::average_pool:
    case layer_kind::global_average_pool:
      return widened(channels_of(in, pixels_of(from)), pixels_of(to));
    case layer_kind::slice: return take_slice(node, in, pixels_of(to));
    case layer_kind::relu:
    case layer_kind::gelu:
    case layer_kind::tanh:
    case layer_kind::dropout:
    case layer_kind::flatten: return in;
    default: classes_.freeze(in); return {};
  }
}

/// Of a node where branches meet.
axis_map graph_walk::join_inputs(const layer_node& node) {
  axis_map joined = outputs_[slot(node.inputs[0])];
  index features = shapes_[slot(node.inputs[0])].size();
  for (const index from : std::span{node.inputs}.subspan(1)) {
    const axis_map& other = outputs_[slot(from)];
    if (node.kind == layer_kind::add) {
      classes_.unify(joined, other);
    } else if (node.kind == layer_kind::concatenate) {
      std::ranges::copy(shifted(other, features), std::back_inserter(joined));
      features += shapes_[slot(from)].size();
    } else {
      classes_.freeze(joined);
      classes_.freeze(other);
    }
  }
  return joined;
}

/// Depthwise convolutions pass their inputs' units on. Other groups move as a whole, since the
/// weights of all share one axis for the inputs of a group.
axis_map graph_walk::visit_convolution(const layer_node& node, const axis_map& in,
                                       const sample_shape& from, index pixels) {
  auto& tensors = tensors_[slot(&node - graph_.nodes().data())];
  const axis_map channels = channels_of(in, pixels_of(from));
  const index group_units = node.units / node.groups;
  axis_map out;
  if (node.groups == 1) {
    out = one_class(classes_.fresh(node.units), node.units);
  } else if (node.groups == from.channels) {
    out = widened(channels, group_units);
  } else {
    const index groups = classes_.fresh(node.groups);
    classes_.unify(one_class(groups, node.groups, from.channels / node.groups), channels);
    out = one_class(groups, node.groups, group_units);
  }
  tensors = {{out, node.groups == 1 ? channels : axis_map{}, {}, {}}, {out}};
  return widened(out, pixels);
}

axis_map graph_walk::visit_recurrence(const layer_node& node, const axis_map& in,
                                      const sample_shape& from) {
  const index units = classes_.fresh(node.units);
  const segment gates{.number = units, .units = node.units, .outer = 4, .outer_step = node.units};
  axis_map row;  // what every step reads must be the same
  for (const segment& part : classes_.resolved(in)) {
    const bool every_step = part.outer == from.height &&
                            (part.outer == 1 || part.outer_step == from.width);
    if (every_step)
      row.push_back({part.number, part.start, part.units, 1, 0, part.inner});
    else
      classes_.freeze(part.number);
  }
  tensors_[slot(&node - graph_.nodes().data())] = {
      {{gates}, row}, {{gates}, one_class(units, node.units)}, {{gates}}};
  segment out{.number = units, .units = node.units};
  if (node.every_step && from.height > 1) {
    out.outer = from.height;
    out.outer_step = node.units;
  }
  return {out};
}

axis_map graph_walk::take_slice(const layer_node& node, const axis_map& in, index pixels) {
  const index first = node.first * pixels, end = (node.first + node.units) * pixels;
  classes_.cut(in, first);
  classes_.cut(in, end);
  axis_map out = classes_.resolved(in);
  std::erase_if(out, [=](const segment& part) { return part.start < first || part.end() > end; });
  return shifted(std::move(out), -first);
}

/// The same per channel; what does not keep a channel's pixels together is frozen.
axis_map graph_walk::channels_of(const axis_map& features, index pixels) {
  axis_map channels;
  for (segment part : classes_.resolved(features)) {
    if (part.inner % pixels != 0 || part.start % pixels != 0 || part.outer_step % pixels != 0) {
      classes_.freeze(part.number);
      continue;
    }
    part.start /= pixels;
    part.outer_step /= pixels;
    part.inner /= pixels;
    channels.push_back(part);
  }
  return channels;
}

}  // namespace echelon::merging
