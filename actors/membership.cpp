#include "actors/membership.hpp"

#include "algorithms/base/contract.hpp"

namespace echelon::actors {

membership::membership(const tree& topology)
    : topology_(topology), workers_(slot(topology.workers())), edges_(slot(topology.edges())) {}

std::vector<bool>::reference membership::entry(node_id node) {
  expects(node.kind == role::worker || node.kind == role::edge);
  return node.kind == role::worker ? workers_.at(slot(node.number)) : edges_.at(slot(node.number));
}

bool membership::arrive(node_id node) {
  if (entry(node))
    return false;
  entry(node) = true;
  ++present_count_;
  ++version_;
  return true;
}

bool membership::leave(node_id node) {
  if (!entry(node))
    return false;
  entry(node) = false;
  --present_count_;
  ++version_;
  return true;
}

bool membership::present(node_id node) const {
  return node.kind == role::worker ? workers_.at(slot(node.number)) : edges_.at(slot(node.number));
}

std::vector<index> membership::absent_workers() const {
  std::vector<index> absent;
  for (std::int32_t worker = 0; worker < topology_.workers(); ++worker) {
    node_id node{role::worker, worker};
    while (node.kind != role::coordinator && present(node))
      node = topology_.parent(node);
    if (node.kind != role::coordinator)
      absent.push_back(worker);
  }
  return absent;
}

}  // namespace echelon::actors
