#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/base/tree.hpp"

namespace echelon::actors {

/// A process that wants to take part.
struct candidate {
  std::string name;
  node_id seat_before;   ///< coordinator: none
  bool listens = false;  ///< others can reach it: what an edge needs
};

/// Who sits where in a tree: every worker and edge is a seat, every process takes one. Pure.
class seating {
public:
  /// `topology` outlives it.
  explicit seating(const tree& topology) : topology_(topology) {}

  /// Gives a free seat: the one it had before, else the one that bears its name ("worker-3",
  /// "edge/0"), else the first free one, of an edge where it listens and one is free. Nothing where
  /// none is left for it. One that has a seat keeps it.
  std::optional<node_id> place(const candidate& who);
  void vacate(const std::string& name);

  /// Empty: nobody.
  const std::string& occupant(node_id seat) const;
  std::optional<node_id> seat_of(const std::string& name) const;
  std::vector<node_id> free_seats() const;

private:
  bool may_sit(const candidate& who, node_id seat) const;

  const tree& topology_;
  std::map<node_id, std::string> occupants_;
  std::map<std::string, node_id> seats_;
};

}  // namespace echelon::actors
