#include "algorithms/coding/run_covers.hpp"

#include <algorithm>
#include <deque>

namespace echelon::coding {
run_covers::run_covers(std::span<const index> shares, index parts)
    : shares_(shares.begin(), shares.end()), starting_at_(slot(parts)), parts_(parts) {
  index reached = 0;
  for (index sender = 0; sender < std::ssize(shares); ++sender) {
    starts_.push_back(reached % parts);
    if (shares[slot(sender)] > 0)
      starting_at_[slot(starts_.back())].push_back(sender);
    reached += shares[slot(sender)];
  }
}

std::vector<index> run_covers::find(const std::vector<bool>& usable) const {
  for (index sender = 0; sender < std::ssize(shares_); ++sender) {
    const bool over_part_0 = (parts_ - starts_[slot(sender)]) % parts_ < shares_[slot(sender)];
    if (!usable[slot(sender)] || !over_part_0)
      continue;
    if (auto cover = continue_from(sender, usable); !cover.empty())
      return cover;
  }
  return {};
}

/// Breadth first over how many parts are covered, each number reached once.
std::vector<index> run_covers::continue_from(index first, const std::vector<bool>& usable) const {
  std::vector<index> by(slot(parts_) + 1, -1);  // the run with which so many parts are covered
  std::deque<index> open{shares_[slot(first)]};
  by[slot(open.front())] = first;
  while (!open.empty() && by.back() < 0) {
    const index covered = open.front();
    open.pop_front();
    for (const index next : starting_at_[slot((starts_[slot(first)] + covered) % parts_)]) {
      const index reached = covered + shares_[slot(next)];
      if (usable[slot(next)] && reached <= parts_ && by[slot(reached)] < 0) {
        by[slot(reached)] = next;
        open.push_back(reached);
      }
    }
  }
  std::vector<index> cover;
  if (by.back() >= 0)
    for (index covered = parts_; covered > 0; covered -= shares_[slot(cover.back())])
      cover.push_back(by[slot(covered)]);
  std::ranges::sort(cover);
  return cover;
}

}  // namespace echelon::coding
