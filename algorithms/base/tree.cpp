#include "algorithms/base/tree.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/parameters.hpp"

namespace echelon {
namespace {

constexpr index depth_max = 16;
constexpr index nodes_max = 1'000'000;
constexpr std::string_view key = "topology.edges";

std::size_t slot(node_id node) { return static_cast<std::size_t>(node.number); }

std::int32_t number(std::size_t count) { return static_cast<std::int32_t>(count); }

std::unexpected<error> refuse(const value& at, std::string_view sentence) {
  return std::unexpected(refusal(at.where(), key, sentence));
}

/// Everything that could be wrong with one entry of a list of edges.
result<std::int64_t> checked_count(const value& entry) {
  if (!entry.is_integer())
    return refuse(
        entry, fmt::format("{} is neither a number of workers nor a list of edges", entry.toml()));
  const std::int64_t count = entry.integer();
  if (count < 1 || count > nodes_max)
    return refuse(entry, fmt::format("an edge with {} workers; it must have between 1 and {}",
                                     count, nodes_max));
  return count;
}

}  // namespace

tree tree::star(index workers) {
  expects(workers > 0 && workers <= nodes_max);
  tree made;
  made.add_workers(node_id{role::coordinator, 0}, workers);
  return made;
}

result<tree> tree::from_edges(const value& edges) {
  tree made;
  ECHELON_CHECK(made.add_edges(node_id{role::coordinator, 0}, edges, 2));
  return made;
}

result<void> tree::add_edges(node_id parent, const value& edges, index level) {
  if (!edges.is_list() || edges.list().empty())
    return refuse(edges,
                  fmt::format("{} is not a list of edges; it must be like [4, 6] or [[2, 2], 4]",
                              edges.toml()));
  if (level > depth_max)
    return refuse(edges, fmt::format("lists are nested deeper than {} levels of links", depth_max));
  for (const value& entry : edges.list()) {
    const node_id edge{role::edge, number(edges_.size())};
    edges_.emplace_back();
    edge_parents_.push_back(parent);
    children_of(parent).push_back(edge);
    if (entry.is_list()) {
      ECHELON_CHECK(add_edges(edge, entry, level + 1));
    } else {
      ECHELON_TRY(const std::int64_t count, checked_count(entry));
      add_workers(edge, count);
    }
    if (workers_ + this->edges() > nodes_max)
      return refuse(entry, fmt::format("more than {} workers and edges", nodes_max));
  }
  return {};
}

void tree::add_workers(node_id parent, index count) {
  for (index added = 0; added < count; ++added) {
    children_of(parent).push_back({role::worker, number(worker_parents_.size())});
    worker_parents_.push_back(parent);
  }
  workers_ += count;
}

std::vector<node_id>& tree::children_of(node_id parent) {
  return parent.kind == role::edge ? edges_[slot(parent)] : root_;
}

index tree::depth() const {
  index deepest = 0;
  for (node_id node : worker_parents_) {
    index links = 1;
    for (; node.kind == role::edge; node = parent(node))
      ++links;
    deepest = std::max(deepest, links);
  }
  return deepest;
}

std::span<const node_id> tree::children(node_id parent) const {
  if (parent.kind == role::coordinator)
    return root_;
  expects(parent.kind == role::edge && parent.number >= 0 && parent.number < edges());
  return edges_[slot(parent)];
}

node_id tree::parent(node_id child) const {
  expects(child.kind == role::worker || child.kind == role::edge);
  const auto& parents = child.kind == role::worker ? worker_parents_ : edge_parents_;
  expects(child.number >= 0 && slot(child) < parents.size());
  return parents[slot(child)];
}

std::vector<index> tree::workers_below(node_id node) const {
  // Workers are numbered depth first: those below a node run from its first leaf to its last.
  node_id first = node;
  while (first.kind != role::worker)
    first = children(first).front();
  node_id last = node;
  while (last.kind != role::worker)
    last = children(last).back();
  std::vector<index> below(slot(last) - slot(first) + 1);
  std::iota(below.begin(), below.end(), index{first.number});
  return below;
}

}  // namespace echelon
