#pragma once

#include <map>
#include <set>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Nobody is asked in vain: a node that gets a round's start answers, says why not, or is told that
/// the round is over, before it is asked again or the run has ended. Nodes that a fault touched are
/// excused. Where workers go on by themselves a run ends over what is under way.
class answered final : public invariant {
public:
  explicit answered(const promises& made);
  std::string_view name() const override { return "answered"; }
  std::string observe(const event& what) override;

private:
  std::string note(const runtime::trace_event& said);

  bool waits_for_all_;
  std::set<node_id> excused_;
  std::map<node_id, index> asked_;  ///< the latest round of those who have not answered
};

}  // namespace echelon::experiments::chaos
