#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "algorithms/base/types.hpp"

namespace echelon::actors {

/// Brings neighbours together whose processes do not know each other: each pair once both are
/// seated, again when one of them is another process or they have lost each other. Pure: told of
/// events, it calls its outlet.
class introductions {
public:
  /// `meet`: whether two peers have anything to say to each other. `introduce(a, b)`: a is to call
  /// b.
  introductions(index peers, std::function<bool(index, index)> meet,
                std::function<void(index, index)> introduce);

  void seated(index peer);
  void left(index peer);
  /// What one of the two says.
  void met(index teller, index other, bool here);
  /// A peer and all its neighbours who are seated say that they have met.
  bool complete(index peer) const;
  /// Everybody is seated, and all pairs say that they have met.
  bool complete() const;

private:
  index peers_;
  std::function<bool(index, index)> meet_;
  std::function<void(index, index)> introduce_;
  std::set<index> seated_;
  std::set<std::pair<index, index>> told_;  ///< (teller, other)
};

}  // namespace echelon::actors
