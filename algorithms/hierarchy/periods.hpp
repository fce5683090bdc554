#pragma once

#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/base/value.hpp"

namespace echelon::hierarchy {

/// When each level averages: nodes at level l - 1 average all workers below them every P_l steps,
/// P_1 >= ... >= P_M, each a multiple of the next. Two levels: P_1 = G, P_2 = I. The lowest groups
/// may have periods I_k of their own, each dividing P_{M-1}.
/// Special cases: equal periods are local SGD of that period, ones synchronous SGD.
/// Source: specification 6.1, 6.2 [C][R]; H-SGD, arXiv:2010.12998.
class periods {
public:
  /// Root first. Errors, in one sentence: no period, one below 1, one that its parent's is no
  /// multiple of.
  static result<periods> make(std::vector<index> by_level);
  /// With one period for each lowest group, depth first, in place of P_M; `by_level` ends with
  /// P_{M-1}. Errors: those of `make`; no group; a period that does not divide P_{M-1}.
  static result<periods> with_groups(std::vector<index> by_level, std::vector<index> of_groups);

  /// M.
  index levels() const { return std::ssize(by_level_); }
  /// P_l, 1 <= level <= M; with group periods, P_M is the longest of them.
  index at(index level) const { return by_level_.at(slot(level - 1)); }
  std::span<const index> by_level() const { return by_level_; }
  /// I_k, or P_M where groups have none of their own.
  index of_group(index group) const;
  /// Empty where groups have none of their own.
  std::span<const index> of_groups() const { return of_groups_; }

  /// The smallest l with (step + 1) % P_l == 0 for workers of that group: after this step every
  /// node at level l - 1 averages all below it. Averages further down at the same step are implied.
  std::optional<index> due(index step, index group = 0) const;

  /// How many inner rounds a node at `level` (1 ... M - 1) runs in one round of its parent:
  /// P_level / P_{level + 1}; `group` counts where level is M - 1.
  index inner_rounds(index level, index group = 0) const;
  /// Steps of a worker at `depth` (1 ... M) in one round of its parent: P_depth or I_k.
  index local_steps(index depth, index group = 0) const;

private:
  std::vector<index> by_level_;
  std::vector<index> of_groups_;
};

class tiers;

/// `hierarchy.periods` for a tree: [G, I], or [G, [I_1, I_2]] with one period a lowest group.
/// Errors: another number of levels or groups than the tree has, and those of the makers above;
/// each names the place and `hierarchy.periods`.
result<periods> read_periods(const value& list, const tiers& where);

}  // namespace echelon::hierarchy
