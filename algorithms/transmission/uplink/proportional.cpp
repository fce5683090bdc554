#include "algorithms/transmission/uplink/proportional.hpp"

#include <algorithm>

namespace echelon::transmission {
namespace {

/// Chunks a slot below which averages count as equal: nobody has had anything yet.
constexpr double average_least = 1e-3;

}  // namespace

std::vector<parameter> proportional::declared() {
  return {{"window_slots", value_kind::number, 100.0, "slots that a sender's average reaches back",
           1.0, 1e9}};
}

result<proportional> proportional::make(const parameters& given, const uplink_context&) {
  proportional made;
  made.window_slots_ = given.number("window_slots");
  return made;
}

void proportional::decide(const slot_view& seen, std::span<double> memory,
                          slot_decision& decided) const {
  for (std::size_t i = 0; i < seen.senders(); ++i)
    if (seen.backlog[i] > 0)
      decided.preference[i] = seen.weights[i] * seen.rates[i] / std::max(memory[i], average_least);
}

void proportional::sent(std::span<const double> chunks, std::span<double> memory) const {
  for (std::size_t i = 0; i < memory.size(); ++i)
    memory[i] += (chunks[i] - memory[i]) / window_slots_;
}

}  // namespace echelon::transmission
