#include "algorithms/coding/absence_patterns.hpp"

#include <numeric>

#include "algorithms/base/random.hpp"

namespace echelon::coding {
namespace {

using patterns = std::vector<std::vector<index>>;

/// Binomial coefficient, or a number above `limit` once it exceeds it.
index combinations(index from, index chosen, index limit) {
  index count = 1;
  for (index i = 1; i <= chosen && count <= limit; ++i)
    count = count * (from - chosen + i) / i;
  return count;
}

/// The runs that hold a last sender come first: on a line of nodes they are the worst.
void add_runs(patterns& found, index senders, index absent) {
  for (index first = 0; first < senders; ++first) {
    auto& run = found.emplace_back(slot(absent));
    for (index i = 0; i < absent; ++i)
      run[slot(i)] = (senders - absent + first + i) % senders;
  }
}

void add_all(patterns& found, index senders, index absent) {
  std::vector<index> members(slot(absent));
  std::iota(members.begin(), members.end(), index{0});
  for (;;) {
    found.push_back(members);
    index moved = absent - 1;
    while (moved >= 0 && members[slot(moved)] == senders - absent + moved)
      --moved;
    if (moved < 0)
      return;
    std::iota(members.begin() + moved, members.end(), members[slot(moved)] + 1);
  }
}

}  // namespace

std::vector<std::vector<index>> absence_patterns(index senders, index absent, index most,
                                                 index samples) {
  patterns found;
  add_runs(found, senders, absent);
  if (combinations(senders, absent, most) <= most) {
    add_all(found, senders, absent);
    return found;
  }
  random_stream random{0, "coding.cyclic.patterns", slot(senders), slot(absent)};
  for (index sample = 0; sample < samples; ++sample)
    found.push_back(sample_without_replacement(random, senders, absent));
  return found;
}

}  // namespace echelon::coding
