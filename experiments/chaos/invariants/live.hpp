#pragma once

#include <set>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Runs make progress: while no more nodes are faulty than the plan tolerates, each round takes
/// bounded time, and the run ends as it should; and so it does where all that goes wrong are
/// delays. However much goes wrong, it ends, and with a reason that is one.
class live final : public invariant {
public:
  explicit live(const promises& made);
  std::string_view name() const override { return "live"; }
  std::string observe(const event& what) override;

private:
  std::string judge(const round_ended& what);
  bool excuses(errc code) const;
  std::set<node_id> faulty_by(index round, nanoseconds now) const;

  const promises& made_;
  bool must_finish_;
};

}  // namespace echelon::experiments::chaos
