#pragma once

#include <cstdint>
#include <vector>

#include "algorithms/base/tree.hpp"

namespace echelon::actors {

/// Who of a tree's nodes is there, in worlds where nodes come and go. Pure. Every change has a
/// number, so that a plan knows whether it was made for those who are there now.
class membership {
public:
  /// At first nobody is. `topology` outlives it.
  explicit membership(const tree& topology);

  /// False when nothing changed by it.
  bool arrive(node_id node);
  bool leave(node_id node);

  bool present(node_id node) const;
  /// Workers who cannot take part: not there, or below an edge that is not; ascending.
  std::vector<index> absent_workers() const;
  index nodes_present() const { return present_count_; }
  index nodes() const { return topology_.workers() + topology_.edges(); }
  /// Changes so far.
  std::uint64_t version() const { return version_; }

private:
  std::vector<bool>::reference entry(node_id node);

  const tree& topology_;
  std::vector<bool> workers_;
  std::vector<bool> edges_;
  index present_count_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace echelon::actors
