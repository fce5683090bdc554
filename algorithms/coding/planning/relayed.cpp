#include "algorithms/coding/planning/relayed.hpp"

#include <algorithm>
#include <functional>

namespace echelon::coding::planning {
namespace {

/// Per number of missing answers, its probability at each moment.
using missing_law = std::vector<completion>;

/// How many answers of one edge are missing at the root. "At most k are missing" is a completion,
/// and as such it passes the link as one.
missing_law missing_of(const relaying_edge& edge, const time_grid& grid) {
  const index count = std::ssize(edge.workers);
  missing_law law;
  completion fewer(slot(grid.points));
  for (index missing = 0; missing <= count; ++missing) {
    // Before the edge itself has the model, all are missing.
    completion at_most = missing < count
                             ? after_edge(all_but(edge.workers, missing), grid, *edge.delays)
                             : at_once(grid);
    completion exactly(at_most.size());
    std::ranges::transform(at_most, fewer, exactly.begin(), std::minus{});
    law.push_back(std::move(exactly));
    fewer = std::move(at_most);
  }
  return law;
}

/// Of the sum of two independent numbers, as far as it is at most `most`.
missing_law sum(const missing_law& left, const missing_law& right, index most) {
  const index terms = std::min(most, std::ssize(left) + std::ssize(right) - 2) + 1;
  missing_law total(slot(terms), completion(left.front().size()));
  for (index i = 0; i < std::min(terms, std::ssize(left)); ++i)
    for (index j = 0; j < std::min(terms - i, std::ssize(right)); ++j)
      for (std::size_t point = 0; point < left.front().size(); ++point)
        total[slot(i + j)][point] += left[slot(i)][point] * right[slot(j)][point];
  return total;
}

}  // namespace

completion relayed_all_but(std::span<const relaying_edge> edges, index missing,
                           const time_grid& grid) {
  missing_law total{at_once(grid)};
  for (const relaying_edge& edge : edges)
    if (!edge.workers.empty())
      total = sum(total, missing_of(edge, grid), missing);
  completion done(slot(grid.points));
  for (const completion& term : total)
    std::ranges::transform(done, term, done.begin(), std::plus{});
  return done;
}

}  // namespace echelon::coding::planning
