#include "algorithms/merging/rules/repair.hpp"

#include <cmath>
#include <map>

#include "algorithms/learning/graph_model.hpp"
#include "algorithms/merging/rules/layer_moments.hpp"
#include "algorithms/merging/rules/statistics_reset.hpp"

namespace echelon::merging {
namespace {

using learning::layer_graph;
using learning::layer_kind;
using learning::layer_node;

const std::string suffix = ".repair";
/// A unit that varies less is constant, and no factor makes it vary.
constexpr double least_variance = 1e-12;

bool is_norm(layer_kind kind) {
  return kind == layer_kind::batch_norm || kind == layer_kind::group_norm ||
         kind == layer_kind::layer_norm;
}

/// Layers to repair, with their units.
std::map<index, index> repairable(const layer_graph& graph) {
  std::map<index, index> found;
  for (index k = 1; k + 1 < graph.size(); ++k) {
    const layer_node& node = graph.node(k);
    if ((node.kind == layer_kind::dense || node.kind == layer_kind::convolution) && node.bias)
      found[k] = node.units;
  }
  for (const layer_node& node : graph.nodes().subspan(1))
    if (is_norm(node.kind))
      found.erase(node.inputs[0]);
  return found;
}

/// The graph with a batch norm behind every layer named.
layer_graph with_norms(const layer_graph& graph, const std::map<index, index>& layers) {
  layer_graph made{graph.input_shape(), graph.loss()};
  std::vector<index> place{0};
  for (index k = 1; k < graph.size(); ++k) {
    layer_node node = graph.node(k);
    for (index& from : node.inputs)
      from = place[slot(from)];
    index here = made.add(node);
    if (layers.contains(k))
      here = made.add(
          {.kind = layer_kind::batch_norm, .name = node.name + suffix, .inputs = {here}});
    place.push_back(here);
  }
  return made;
}

/// Where every tensor of a network lies, by name.
class named_tensors {
public:
  explicit named_tensors(const learning::model& network) {
    for (const learning::tensor_spec& tensor : network.tensors())
      specs_[tensor.name] = &tensor;
  }
  template <class Numbers>
  auto of(const std::string& name, Numbers numbers) const {
    const learning::tensor_spec& spec = *specs_.at(name);
    return numbers.subspan(slot(spec.offset), slot(spec.size()));
  }

private:
  std::map<std::string, const learning::tensor_spec*> specs_;
};

struct unit_targets {
  double mean = 0, deviation = 0;
};

/// For every layer's units, in the merged network's order, what their parents had.
std::map<index, std::vector<unit_targets>> find_targets(const learning::model& network,
                                                        const permutation_spec& spec,
                                                        const std::map<index, index>& layers,
                                                        const std::vector<weighted_state>& parents,
                                                        const learning::batch& samples) {
  std::map<index, std::vector<unit_targets>> targets;
  std::map<std::string, const tensor_map*> tensors;
  for (const tensor_map& tensor : spec.tensors)
    tensors[tensor.name] = &tensor;
  const auto scratch = network.make_workspace();
  for (const weighted_state& parent : parents) {
    layer_moments moments{layers};
    network.observe(*parent.state, samples, moments, *scratch);
    for (const auto& [layer, units] : layers) {
      auto& of_layer = targets[layer];
      of_layer.resize(slot(units));
      const tensor_map& bias = *tensors.at(network.graph()->node(layer).name + ".bias");
      const auto from = gather_positions(bias.axes[0], units, *parent.orders);
      for (index unit = 0; unit < units; ++unit) {
        of_layer[slot(unit)].mean += parent.weight * moments.mean(layer, from[slot(unit)]);
        of_layer[slot(unit)].deviation += parent.weight *
                                          moments.deviation(layer, from[slot(unit)]);
      }
    }
  }
  return targets;
}

/// Moves numbers between a network and the same with norms, and folds the norms.
template <class Scalar>
class folding {
public:
  folding(const learning::model& plain, const learning::model& normed)
      : plain_(plain), plain_names_(plain), normed_(normed), normed_names_(normed) {}

  block unfold(const block& state,
               const std::map<index, std::vector<unit_targets>>& targets) const {
    const block fresh = normed_.initial_state(0);
    block_builder made{fresh.size(), fresh.kind()};
    const auto to = made.as<Scalar>();
    std::ranges::copy(fresh.as<Scalar>(), to.begin());
    for (const learning::tensor_spec& tensor : plain_.tensors())
      std::ranges::copy(plain_names_.of(tensor.name, state.as<Scalar>()),
                        normed_names_.of(tensor.name, to).begin());
    for (const auto& [layer, units] : targets)
      for (std::size_t u = 0; u < units.size(); ++u) {
        normed_names_.of(norm_name(layer) + ".scale",
                         to)[u] = static_cast<Scalar>(units[u].deviation);
        normed_names_.of(norm_name(layer) + ".shift", to)[u] = static_cast<Scalar>(units[u].mean);
      }
    return block::freeze(std::move(made));
  }

  block fold(const block& state, const std::map<index, index>& layers) const {
    const auto from = state.as<Scalar>();
    block_builder made{plain_.parameter_count() + plain_.buffer_count(), state.kind()};
    const auto to = made.as<Scalar>();
    for (const learning::tensor_spec& tensor : plain_.tensors())
      std::ranges::copy(normed_names_.of(tensor.name, from),
                        plain_names_.of(tensor.name, to).begin());
    for (const auto& [layer, units] : layers)
      for (index unit = 0; unit < units; ++unit)
        fold_unit(from, to, layer, units, slot(unit));
    return block::freeze(std::move(made));
  }

private:
  std::string norm_name(index layer) const { return plain_.graph()->node(layer).name + suffix; }

  void fold_unit(std::span<const Scalar> from, std::span<Scalar> to, index layer, index units,
                 std::size_t unit) const {
    const auto of_norm = [&](const char* what) {
      return static_cast<double>(normed_names_.of(norm_name(layer) + what, from)[unit]);
    };
    const double variance = of_norm(".running_variance");
    const std::string& name = plain_.graph()->node(layer).name;
    Scalar& bias = plain_names_.of(name + ".bias", to)[unit];
    const double off = of_norm(".shift") - of_norm(".running_mean");
    if (variance <= least_variance) {
      bias += static_cast<Scalar>(off);
      return;
    }
    const double factor = of_norm(".scale") / std::sqrt(variance + layer_node{}.epsilon);
    const auto weights = plain_names_.of(name + ".weight", to);
    const std::size_t row = weights.size() / slot(units);
    for (Scalar& weight : weights.subspan(unit * row, row))
      weight = static_cast<Scalar>(factor * static_cast<double>(weight));
    bias = static_cast<Scalar>((static_cast<double>(bias) - of_norm(".running_mean")) * factor +
                               of_norm(".shift"));
  }

  const learning::model& plain_;
  named_tensors plain_names_;
  const learning::model& normed_;
  named_tensors normed_names_;
};

}  // namespace

result<block> repaired(const learning::model& network, const permutation_spec& spec,
                       const block& merged, const std::vector<weighted_state>& parents,
                       const learning::batch& samples, learning::math_mode math, std::uint64_t seed,
                       std::uint64_t round) {
  const layer_graph& graph = *network.graph();
  const auto layers = repairable(graph);
  if (layers.empty())
    return reset_statistics(network, merged, samples, statistics_reset::cumulative, seed, round);
  if (samples.rows.empty())
    return fail(errc::bad_input, "a repair needs calibration samples; there are none");
  ECHELON_TRY(const auto shapes, learning::infer_shapes(graph));
  ECHELON_TRY(const learning::model_ptr normed,
              learning::compile(with_norms(graph, layers), {.input = graph.input_shape(),
                                                            .classes = shapes.back().size(),
                                                            .kind = network.kind(),
                                                            .math = math}));
  const auto targets = find_targets(network, spec, layers, parents, samples);
  return with_scalar(network.kind(), [&]<class Scalar>(Scalar) -> result<block> {
    const folding<Scalar> numbers{network, *normed};
    ECHELON_TRY(const block measured,
                reset_statistics(*normed, numbers.unfold(merged, targets), samples,
                                 statistics_reset::cumulative, seed, round));
    return numbers.fold(measured, layers);
  });
}

}  // namespace echelon::merging
