#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "algorithms/base/catalogue.hpp"

namespace echelon::transmission {

/// What a port's scheduler sees at the start of a slot, one element per sender. Sizes are in
/// chunks, the unit a port counts bits in; rates are chunks in a slot that one sender has alone.
struct slot_view {
  std::span<const double> backlog;      ///< Q: admitted and not yet sent
  std::span<const double> offered;      ///< A: what the sender has beyond that, as far as it can be
                                        ///< admitted in one slot
  std::span<const double> rates;        ///< R, of this slot
  std::span<const double> grant_most;   ///< b_max: the most a sender can ever be granted in a slot
  std::span<const double> weights;      ///< w: what the sender's bits are worth; 0: nothing
  std::span<const std::int64_t> since;  ///< when the oldest unsent bits came: a running number
  std::span<const char> ending;         ///< nothing will follow what the sender has admitted

  std::size_t senders() const { return backlog.size(); }
};

/// What a scheduler decides for a slot, one element per sender.
struct slot_decision {
  static constexpr double never = -std::numeric_limits<double>::infinity();

  std::vector<double> admitted;    ///< r in [0, A]
  std::vector<double> preference;  ///< who is given the slot first; `never`: not in this one
};

/// What every port tells its scheduler once.
struct uplink_context {
  double grant_most = 1;    ///< b_max of the fastest sender, chunks a slot
  double arrival_most = 1;  ///< A_max: chunks a sender can offer in a slot
  double gradient = 1;      ///< chunks of one coded gradient
};

/// Who may send on an uplink that several senders share, slot by slot. A policy axis:
/// `transmission.policy`. Pure: all that changes is `memory`, one number per sender that starts at
/// 0 and that a checkpoint keeps. Cost: O(senders) a slot; the port sorts preferences.
class uplink_policy {
public:
  virtual ~uplink_policy() = default;
  /// Shapes: `decided` has one element per sender, with all that is offered admitted and nobody
  /// preferred.
  virtual void decide(const slot_view& seen, std::span<double> memory,
                      slot_decision& decided) const = 0;
  /// What was sent in the slot.
  virtual void sent(std::span<const double> /*chunks*/, std::span<double> /*memory*/) const {}
  /// phi(r), what a sender's average of r chunks a slot is worth; the same for every policy unless
  /// it maximises another.
  virtual double utility(double average) const;
};

using uplink_policy_ptr = std::shared_ptr<const uplink_policy>;
using uplink_catalogue = catalogue<uplink_policy, const uplink_context&>;
/// fifo, max-rate, proportional, lyapunov.
const uplink_catalogue& uplink_policies();

}  // namespace echelon::transmission
