#pragma once

#include <optional>
#include <set>
#include <vector>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Peers make progress: once all that went wrong is over, each round takes bounded time; and a run
/// ends as it should unless nobody is left, or somebody who is there and says nothing is waited for
/// without end.
class peers_live final : public invariant {
public:
  explicit peers_live(const promises& made);
  std::string_view name() const override { return "peers live"; }
  std::string observe(const event& what) override;

private:
  void note_sent(const runtime::trace_event& said) { sent_ = said.time; }
  void note_due(const runtime::trace_event& said);
  std::string judge(const round_ended& what);
  void begin_round(index round, nanoseconds now);
  /// When what goes wrong is over, as far as is known; `never`: not yet, or not at all.
  nanoseconds calm_from() const;
  seconds bound(index round) const;
  bool excuses(errc code) const;

  const promises& made_;
  std::vector<std::optional<nanoseconds>> began_;  ///< of each fault
  nanoseconds sent_{0}, last_due_{0};
  nanoseconds round_began_{0};
};

}  // namespace echelon::experiments::chaos
