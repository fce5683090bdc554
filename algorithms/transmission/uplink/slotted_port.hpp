#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "algorithms/transmission/uplink/port_state.hpp"
#include "algorithms/transmission/uplink/uplink_plan.hpp"

namespace echelon::transmission {

/// A message whose last bit has been sent.
struct departure {
  std::int64_t ticket = 0;
  double at = 1;  ///< share of the slot that had passed
};

/// One shared uplink and those who send on it, slot by slot. Pure: the caller knows what time a
/// slot is, and what a ticket stands for. A sender's messages leave in their order. Cost of a slot:
/// O(senders log senders), and what leaves.
class slotted_port {
public:
  slotted_port(const uplink_plan& plan, std::vector<node_id> senders);

  /// A message that is there as a whole.
  void submit(index sender, std::int64_t ticket, double chunks);
  /// Takes a message back and returns how much of it had been sent, chunks; 0 where it is unknown.
  double withdraw(index sender, std::int64_t ticket);
  /// Whether anything waits.
  bool waiting() const;
  /// Runs one slot. `streaming`: which senders produce bits by the arrival process in it.
  std::vector<departure> run(std::int64_t slot_number, const std::vector<char>& streaming = {});

  const port_state& state() const { return state_; }
  void restore(port_state state);
  index senders() const { return std::ssize(senders_); }

private:
  void look(std::int64_t slot_number, const std::vector<char>& streaming);
  void admit();
  std::vector<std::size_t> order() const;
  void grant(std::vector<departure>& left);
  void send(std::size_t sender, double chunks, double start, std::vector<departure>& left);
  void account();

  const uplink_plan& plan_;
  std::vector<node_id> senders_;
  port_state state_;
  // Of the slot that runs.
  std::vector<double> unadmitted_, offered_, rates_, grant_most_, weights_, sent_;
  std::vector<std::int64_t> since_;
  std::vector<char> ending_;
  slot_decision decided_;
};

/// What ports did since the run began, by name: utility of what was sent and throughput (chunks a
/// slot), both summed over senders; the share of grants that was wasted; mean and largest backlog
/// of a sender (chunks); Jain's index over all senders; what was purged (bytes).
std::map<std::string, double> port_facts(const uplink_plan& plan,
                                         std::span<const port_state* const> ports);

}  // namespace echelon::transmission
