#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace echelon::transmission {

/// Bits of one sender that wait for their turn; chunks.
struct waiting_bits {
  std::int64_t since = 0;   ///< running number of their arrival at the port
  std::int64_t ticket = 0;  ///< names the message they belong to; 0: bits of a stream
  double size = 0;
  double left = 0;
};

/// What a port has seen since the run began; chunks, by sender.
struct port_totals {
  std::int64_t slots = 0;
  std::vector<double> sent;
  double granted = 0;
  double wasted = 0;       ///< granted and not used
  double backlog_sum = 0;  ///< over senders and slots, after each slot
  double backlog_most = 0;
  double purged = 0;  ///< of dismissed messages, what was not sent
};

/// Everything a checkpoint keeps of a port between two rounds.
struct port_state {
  std::vector<double> backlog;  ///< Q
  std::vector<double> memory;   ///< of the policy
  std::vector<std::deque<waiting_bits>> waiting;
  std::int64_t arrived = 0;     ///< running number of the last arrival
  std::int64_t busy_with = -1;  ///< sender that has begun a message and not finished it
  port_totals totals;
};

/// As numbers, for a checkpoint; counts are exact up to 2^53.
std::vector<double> pack(const port_state& state);
/// nullopt where the numbers are none that `pack` gives.
std::optional<port_state> unpack(std::span<const double> numbers);

}  // namespace echelon::transmission
