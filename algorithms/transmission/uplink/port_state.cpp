#include "algorithms/transmission/uplink/port_state.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::transmission {
namespace {

constexpr double count_most = 9007199254740992;  // 2^53

/// Takes numbers off the front; once one is missing or wrong, `good` is false and all are 0.
class reader {
public:
  explicit reader(std::span<const double> numbers) : rest_(numbers) {}

  double number() {
    if (rest_.empty() || !std::isfinite(rest_.front()))
      good = false;
    const double taken = good ? rest_.front() : 0;
    if (good)
      rest_ = rest_.subspan(1);
    return taken;
  }
  std::int64_t whole() {
    const double taken = number();
    if (std::abs(taken) > count_most || std::trunc(taken) != taken)
      good = false;
    return good ? static_cast<std::int64_t>(taken) : 0;
  }
  /// A number of things of which each takes `each` numbers at least.
  std::size_t count(std::size_t each) {
    const std::int64_t taken = whole();
    if (taken < 0 || static_cast<std::size_t>(taken) > rest_.size() / each)
      good = false;
    return good ? static_cast<std::size_t>(taken) : 0;
  }
  bool at_end() const { return good && rest_.empty(); }

  bool good = true;

private:
  std::span<const double> rest_;
};

}  // namespace

std::vector<double> pack(const port_state& state) {
  const port_totals& totals = state.totals;
  std::vector<double> numbers{static_cast<double>(state.backlog.size()),
                              static_cast<double>(state.arrived),
                              static_cast<double>(state.busy_with),
                              static_cast<double>(totals.slots),
                              totals.granted,
                              totals.wasted,
                              totals.backlog_sum,
                              totals.backlog_most,
                              totals.purged};
  for (const auto* each : {&state.backlog, &state.memory, &totals.sent})
    numbers.insert(numbers.end(), each->begin(), each->end());
  for (const auto& bits : state.waiting) {
    numbers.push_back(static_cast<double>(bits.size()));
    for (const waiting_bits& one : bits)
      numbers.insert(numbers.end(), {static_cast<double>(one.since),
                                     static_cast<double>(one.ticket), one.size, one.left});
  }
  return numbers;
}

std::optional<port_state> unpack(std::span<const double> numbers) {
  reader from{numbers};
  port_state state;
  port_totals& totals = state.totals;
  const std::size_t senders = from.count(4);
  state.arrived = from.whole();
  state.busy_with = from.whole();
  totals.slots = from.whole();
  for (double* each :
       {&totals.granted, &totals.wasted, &totals.backlog_sum, &totals.backlog_most, &totals.purged})
    *each = from.number();
  for (auto* each : {&state.backlog, &state.memory, &totals.sent}) {
    each->resize(senders);
    std::ranges::generate(*each, [&from] { return from.number(); });
  }
  state.waiting.resize(senders);
  for (auto& bits : state.waiting)
    for (std::size_t left = from.count(4); left > 0; --left) {
      waiting_bits one{.since = from.whole(), .ticket = from.whole()};
      one.size = from.number();
      one.left = from.number();
      bits.push_back(one);
    }
  if (!from.at_end() || state.busy_with < -1 ||
      state.busy_with >= static_cast<std::int64_t>(senders))
    return std::nullopt;
  return state;
}

}  // namespace echelon::transmission
