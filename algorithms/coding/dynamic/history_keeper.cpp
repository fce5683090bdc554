#include "algorithms/coding/dynamic/history_keeper.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::coding {
namespace {

constexpr double newest_weight = 0.2;
constexpr double slow_from = 2;  ///< times the mean

void approach(double& mean, double value) { mean += newest_weight * (value - mean); }

void count_transition(sender_record& record, bool slow) {
  if (record.seen.slow) {
    ++record.slow_rounds;
    record.stayed_slow += slow;
  } else {
    ++record.fast_rounds;
    record.slowed_down += slow;
  }
}

/// Being slow counts as likely to last as not until more is known; being fast as certain to last.
double slow_next(const sender_record& record) {
  if (record.seen.slow)
    return (record.stayed_slow + 1) / (record.slow_rounds + 2);
  return record.fast_rounds > 0 ? record.slowed_down / record.fast_rounds : 0;
}

void follow_pace(sender_history& seen, double part_s, bool slow) {
  if (slow) {
    const double factor = part_s / seen.part_s;
    if (seen.slow_factor > 1)
      approach(seen.slow_factor, factor);
    else
      seen.slow_factor = factor;
  }
  const double value = std::min(part_s, slow_from * seen.part_s);
  const double apart = value - seen.part_s;
  if (!slow)
    seen.part_variance = (1 - newest_weight) * (seen.part_variance + newest_weight * apart * apart);
  approach(seen.part_s, value);
}

}  // namespace

void history_keeper::observe(index sender, double parts, double busy_s, double total_s) {
  expects(parts > 0);
  sender_record& record = records_.at(static_cast<std::size_t>(sender));
  sender_history& seen = record.seen;
  const double part_s = busy_s / parts;
  const double link_s = std::max(total_s - busy_s, 0.0);
  if (seen.rounds++ == 0) {
    seen.part_s = part_s;
    seen.link_s = link_s;
    return;
  }
  const bool slow = part_s > slow_from * seen.part_s;
  count_transition(record, slow);
  follow_pace(seen, part_s, slow);
  approach(seen.link_s, link_s);
  seen.slow = slow;
  seen.slow_probability = slow_next(record);
}

std::vector<sender_history> history_keeper::histories() const {
  std::vector<sender_history> all;
  for (const sender_record& record : records_)
    all.push_back(record.seen);
  return all;
}

}  // namespace echelon::coding
