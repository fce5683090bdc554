#pragma once

#include <functional>
#include <optional>

#include <caf/actor_control_block.hpp>

#include "actors/fault_injector.hpp"
#include "actors/host.hpp"
#include "actors/membership.hpp"
#include "actors/mortal_nodes.hpp"

namespace echelon::actors {

/// Told when nodes end and return, on the loop's thread.
struct departures {
  std::function<void(node_id node, bool there)> moved;  ///< its actor ended, or another one began
  std::function<void()> members_changed;                ///< everybody else knows
  std::function<void()> coordinator_died;
};

/// Lets the faults of a run happen: bends messages through an injector, holds the timers of those
/// who pause, ends nodes and brings them back, and keeps who is a member. As between processes, a
/// node that ends is missed at once, is no member after the peer timeout or when another one takes
/// its seat, and returns as a new one. Control thread only.
class fault_keeper {
public:
  fault_keeper(host& here, mortal_nodes& nodes, runtime::event_loop& loop, departures tell);
  ~fault_keeper();
  fault_keeper(const fault_keeper&) = delete;
  fault_keeper& operator=(const fault_keeper&) = delete;

  /// Before the run begins, once.
  void start();
  fault_injector& injector() { return injector_; }
  /// nullptr where nobody leaves, and among peers, who see themselves who is there.
  const membership* members() const { return members_ ? &*members_ : nullptr; }

private:
  enum class turn : unsigned char { ends, leaves, returns };

  void schedule(std::size_t fault);
  void schedule(std::size_t fault, turn what, nanoseconds when);
  bool kept_away(node_id node) const;
  void act(std::size_t fault, turn what);
  void bring_back(node_id node, bool remembers);

  host& here_;
  mortal_nodes& nodes_;
  runtime::event_loop& loop_;
  const faults::fault_plan& plan_;
  fault_injector injector_;
  departures tell_;
  std::optional<membership> members_;
  caf::strong_actor_ptr self_;
};

}  // namespace echelon::actors
