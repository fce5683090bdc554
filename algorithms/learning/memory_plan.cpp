#include "algorithms/learning/memory_plan.hpp"

#include <algorithm>

namespace echelon::learning {
namespace {

using layers::memory_need;

std::size_t at(index node) { return static_cast<std::size_t>(node); }

/// Hands out consecutive places, each starting at a multiple of the padding.
class bump {
public:
  explicit bump(memory_need start) : used_(start) {}
  place take(memory_need size) {
    const place given = used_;
    used_.per_sample += size.per_sample;
    used_.fixed += kernels::padded(size.fixed);
    return given;
  }
  memory_need used() const { return used_; }

private:
  memory_need used_;
};

/// Hands out gradients' places, reusing those given back: the lowest gap that is wide enough.
class gradient_pool {
public:
  index take(index node, index features) {
    std::ranges::sort(live_, {}, &held::first);
    index first = 0;
    for (const held& other : live_) {
      if (other.first - first >= features)
        break;
      first = std::max(first, other.first + other.features);
    }
    live_.push_back({node, first, features});
    peak_ = std::max(peak_, first + features);
    return first;
  }
  void give_back(index node) {
    std::erase_if(live_, [node](const held& one) { return one.node == node; });
  }
  index peak() const { return peak_; }

private:
  struct held {
    index node, first, features;
  };
  std::vector<held> live_;
  index peak_ = 0;
};

std::vector<index> count_uses(const layer_graph& graph) {
  std::vector<index> uses(at(graph.size()), 0);
  for (const layer_node& node : graph.nodes())
    for (const index from : node.inputs)
      ++uses[at(from)];
  return uses;
}

/// For each node, the earlier node whose memory it shares, or itself.
std::vector<index> find_owners(const layer_graph& graph) {
  const auto uses = count_uses(graph);
  std::vector<index> owner(at(graph.size()));
  std::vector<bool> read_later(at(graph.size()), true);  // the gathered input is never overwritten
  for (index k = 0; k < graph.size(); ++k) {
    owner[at(k)] = k;
    if (k == 0)
      continue;
    const layers::layer_type& type = layers::type_of(graph.node(k).kind);
    const index from = graph.node(k).inputs[0];
    const bool shares = type.in_place && uses[at(from)] == 1 &&
                        (type.alias || !read_later[at(from)]);
    if (shares)
      owner[at(k)] = owner[at(from)];
    read_later[at(k)] = type.reads_output || (shares && type.alias && read_later[at(from)]);
  }
  return owner;
}

}  // namespace

memory_plan plan_memory(const layer_graph& graph, std::span<const node_demand> demands) {
  const auto owner = find_owners(graph);
  memory_plan plan;
  plan.nodes.resize(at(graph.size()));
  bump memory{{}};
  index contribution = 0;
  memory_need scratch;
  for (index k = 0; k < graph.size(); ++k) {
    auto& places = plan.nodes[at(k)];
    const node_demand& demand = demands[at(k)];
    places.output = owner[at(k)] == k ? memory.take({demand.features, 0})
                                      : plan.nodes[at(owner[at(k)])].output;
    places.saved = memory.take(demand.saved);
    places.wants_gradient = demand.trained;
    for (const index from : graph.node(k).inputs)
      places.wants_gradient |= plan.nodes[at(from)].wants_gradient;
    scratch.per_sample = std::max(scratch.per_sample, demand.scratch.per_sample);
    scratch.fixed = std::max(scratch.fixed, demand.scratch.fixed);
  }
  const auto uses = count_uses(graph);
  for (const layer_node& node : graph.nodes()) {
    index shared = 0;
    for (const index from : node.inputs)
      shared += uses[at(from)] > 1 ? demands[at(from)].features : 0;
    contribution = std::max(contribution, shared);
  }
  plan.scratch = memory.take(scratch);
  plan.contributions = memory.take({contribution, 0});
  const place gradients = memory.take({});
  gradient_pool pool;
  std::vector<bool> placed(at(graph.size()), false);
  const auto place_gradient = [&](index k) {
    const index root = owner[at(k)];
    if (!placed[at(root)])
      plan.nodes[at(root)].gradient = {
          gradients.per_sample + pool.take(root, demands[at(root)].features), gradients.fixed};
    placed[at(root)] = true;
    plan.nodes[at(k)].gradient = plan.nodes[at(root)].gradient;
  };
  place_gradient(graph.size() - 1);
  for (index k = graph.size() - 1; k > 0; --k) {
    for (const index from : graph.node(k).inputs)
      if (plan.nodes[at(from)].wants_gradient)
        place_gradient(from);
    if (owner[at(k)] == k)
      pool.give_back(k);
  }
  plan.total = {gradients.per_sample + pool.peak(), gradients.fixed};
  return plan;
}

}  // namespace echelon::learning
