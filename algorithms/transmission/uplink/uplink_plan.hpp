#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/parameters.hpp"
#include "algorithms/base/units.hpp"
#include "algorithms/transmission/link_model.hpp"
#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::transmission {

/// How fast a sender of a port is in a slot it has alone: its own rate times a state, drawn anew
/// for every slot, all states equally likely.
struct channel_process {
  std::vector<double> rates_bps;  ///< of a port's children in order, repeated where they are more
  std::vector<double> states{1.0};

  double rate_bps(index child) const;
  double state_most() const;
};

/// Senders that produce bits slot by slot: with a probability, uniform in (0, bits_max). What is
/// not admitted is skipped. A round is a window of so many slots.
struct arrival_process {
  double probability = 1;
  double bits_max = 0;
  index window_slots = 200;
  double buffer_bits = 0;  ///< what a sender can hold; bits beyond it are skipped as well
};

/// How the children of a port take turns on its uplink, slot by slot.
struct uplink_plan {
  role at = role::coordinator;  ///< every node of this role has such a port
  uplink_policy_ptr policy;     ///< null: no port is slotted
  channel_process channels;
  std::optional<arrival_process> arrivals;  ///< nullopt: messages come whole
  nanoseconds slot{1};
  double chunk_bits = 1;
  std::vector<double> weights{1.0};  ///< w of a port's children in order, repeated
  double admission_most = 1;         ///< A_max: chunks a sender can offer in a slot
  double share_most = 1;             ///< x_max: of a slot, for one sender
  bool share_rest = true;            ///< what a sender leaves of its share goes to the next
  bool whole_vectors = true;         ///< whoever began a message finishes it before another begins
  std::uint64_t seed = 0;            ///< delay_seed

  bool slots(role parent) const { return policy != nullptr && parent == at; }
  double weight(index child) const;
  double chunks(double bits) const { return bits / chunk_bits; }
  /// Chunks in a slot that the child has alone, at best.
  double rate_most(index child) const;
  /// The same in a slot, as drawn; by (node, slot) alone.
  double rate(node_id node, index child, std::int64_t slot_number) const;
  /// Chunks a streaming sender produces in a slot.
  double arrival(node_id node, std::int64_t slot_number) const;
};

/// The keys of [transmission] beside the policy's own, for the schema and for `echelon list`.
std::vector<parameter> uplink_parameters();

/// What the section does not say itself.
struct uplink_surroundings {
  const link_plan& links;    ///< whose shared media give the rate where no channels are given
  double gradient_bits = 0;  ///< of one message
  std::uint64_t seed = 0;
  index senders = 1;  ///< most children of a port of the role
};

/// Reads the keys of [transmission]; `make_policy` makes what its selector names. Without channels,
/// "fifo" leaves the plan empty: a shared medium is first come, first served by itself.
result<uplink_plan>
make_uplinks(const parameters& given, const uplink_surroundings& around,
             const std::function<result<uplink_policy_ptr>(const uplink_context&)>& make_policy);

}  // namespace echelon::transmission
