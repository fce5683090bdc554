#pragma once

#include <map>
#include <tuple>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Nobody floods a mailbox: over a link go at most so many messages about one exchange as its parts
/// and tasks call for, in as many attempts as nodes come and go.
class bounded final : public invariant {
public:
  explicit bounded(const promises& made);
  std::string_view name() const override { return "bounded"; }
  std::string observe(const event& what) override;

private:
  index most_;
  std::map<std::tuple<node_id, node_id, std::int64_t>, index> sent_;  ///< by link and exchange
};

}  // namespace echelon::experiments::chaos
