#include "actors/update_ledger.hpp"

#include <algorithm>
#include <limits>

namespace echelon::actors {

update_ledger::update_ledger(index workers, coding::update_rule rule)
    : workers_(static_cast<std::size_t>(workers)), rule_(rule), left_(workers) {}

index update_ledger::fewest_answers() const {
  index fewest = std::numeric_limits<index>::max();
  for (const entry& worker : workers_)
    if (!worker.lost)
      fewest = std::min(fewest, worker.answers);
  return fewest;
}

std::vector<index> update_ledger::begin_those_who_may() {
  std::vector<index> starting;
  const index fewest = rule_.lead_max ? fewest_answers() : 0;
  for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
    entry& one = workers_[worker];
    const bool ahead = rule_.lead_max && one.answers - fewest > *rule_.lead_max;
    if (one.lost || one.version != 0 || ahead)
      continue;
    one.version = version_;
    starting.push_back(static_cast<index>(worker));
  }
  return starting;
}

std::optional<index> update_ledger::answered(index worker, index version) {
  if (worker < 0 || worker >= std::ssize(workers_))
    return std::nullopt;
  entry& one = workers_[static_cast<std::size_t>(worker)];
  if (one.lost || one.version == 0 || one.version != version)
    return std::nullopt;
  one.version = 0;
  ++one.answers;
  return version_ - version;
}

void update_ledger::lost(index worker) {
  entry& one = workers_[static_cast<std::size_t>(worker)];
  if (!one.lost)
    --left_;
  one.lost = true;
}

void update_ledger::returned(index worker) {
  entry& one = workers_[static_cast<std::size_t>(worker)];
  if (!one.lost)
    return;
  const index fewest = left_ > 0 ? fewest_answers() : one.answers;
  one = {.answers = fewest};
  ++left_;
}

}  // namespace echelon::actors
