#pragma once

#include <map>
#include <set>
#include <utility>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// What rounds of peers say of themselves is true: one that says that all edges were used comes
/// after a model over each of them, one in which nothing goes wrong is such a round, and nobody is
/// named twice.
class peers_merges final : public invariant {
public:
  explicit peers_merges(const promises& made);
  std::string_view name() const override { return "peers merges"; }
  std::string observe(const event& what) override;

private:
  bool was_replaced(node_id peer) const;
  std::string judge(const round_ended& what) const;

  const promises& made_;
  bool each_round_;  ///< one exchange along all edges, for which everybody waits
  bool calm_;        ///< nothing can be missing
  std::map<index, std::set<std::pair<node_id, node_id>>> came_;  ///< by exchange
};

}  // namespace echelon::experiments::chaos
