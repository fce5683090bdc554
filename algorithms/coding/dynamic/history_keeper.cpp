#include "algorithms/coding/dynamic/history_keeper.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::coding {
namespace {

constexpr double newest_weight = 0.2;
constexpr double slow_from = 2;  ///< times the mean

void approach(double& mean, double value) { mean += newest_weight * (value - mean); }

void count_change(pace_changes& changes, bool was_slow, bool slow) {
  if (was_slow) {
    ++changes.slow_rounds;
    changes.stayed_slow += slow;
  } else {
    ++changes.fast_rounds;
    changes.slowed_down += slow;
  }
}

/// Being slow counts as likely to last as not until more is known; being fast as certain to last.
double slow_next(const pace_changes& changes, bool slow) {
  if (slow)
    return (changes.stayed_slow + 1) / (changes.slow_rounds + 2);
  return changes.fast_rounds > 0 ? changes.slowed_down / changes.fast_rounds : 0;
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

history_keeper::history_keeper(index senders) : seen_(slot(senders)), changes_(slot(senders)) {}

history_keeper::history_keeper(std::span<const sender_record> records) {
  for (const sender_record& record : records) {
    seen_.push_back(record.seen);
    changes_.push_back(record.changes);
  }
}

void history_keeper::observe(index sender, double parts, double busy_s, double total_s) {
  expects(parts > 0);
  sender_history& seen = seen_.at(slot(sender));
  const double part_s = busy_s / parts;
  const double link_s = std::max(total_s - busy_s, 0.0);
  if (seen.rounds++ == 0) {
    seen.part_s = part_s;
    seen.link_s = link_s;
    return;
  }
  const bool slow = part_s > slow_from * seen.part_s;
  count_change(changes_[slot(sender)], seen.slow, slow);
  follow_pace(seen, part_s, slow);
  approach(seen.link_s, link_s);
  seen.slow = slow;
  seen.slow_probability = slow_next(changes_[slot(sender)], slow);
}

std::vector<sender_record> history_keeper::records() const {
  std::vector<sender_record> all;
  for (std::size_t sender = 0; sender < seen_.size(); ++sender)
    all.push_back({seen_[sender], changes_[sender]});
  return all;
}

}  // namespace echelon::coding
