#include "algorithms/coding/planning/completion.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/portable_math.hpp"

namespace echelon::coding::planning {
namespace {

/// Reads a completion some time earlier: between two moments by interpolation, before 0 as 0.
class earlier {
public:
  earlier(const time_grid& grid, double delay_s) {
    const double lag = delay_s / grid.step_s;
    const auto most = static_cast<double>(grid.points);
    whole_ = static_cast<index>(std::min(std::floor(lag), most));
    share_ = lag < most ? lag - static_cast<double>(whole_) : 0;
  }
  /// The first point that is not before 0.
  index first() const { return whole_ + (share_ > 0 ? 1 : 0); }
  index whole() const { return whole_; }
  double share() const { return share_; }
  double at(const completion& function, index point) const {
    const double near = function[slot(point - whole_)];
    return share_ > 0 ? near + share_ * (function[slot(point - whole_ - 1)] - near) : near;
  }

private:
  index whole_ = 0;
  double share_ = 0;
};

void add_scaled(completion& sum, const completion& term, double weight) {
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] += weight * term[i];
}

completion mixture(const completion& fast, const completion& slow, double slow_probability) {
  completion mixed(fast.size());
  add_scaled(mixed, fast, 1 - slow_probability);
  add_scaled(mixed, slow, slow_probability);
  return mixed;
}

completion after_messages(const completion& before, const time_grid& grid, const delay_law& law,
                          double factor) {
  return after_tries(after_tries(before, grid, factor * law.link_down_s, law.link_loss), grid,
                     factor * law.link_up_s, law.link_loss);
}

/// Every round is equally likely; each gives the moment at which the worker is done.
completion measured_worker(const time_grid& grid, const node_delays& worker, double parts) {
  completion done(slot(grid.points));
  const double weight = 1 / static_cast<double>(worker.rounds.size());
  for (const node_round& round : worker.rounds) {
    const double point = std::ceil((round.part_s * parts + round.link_s()) / grid.step_s);
    if (point < static_cast<double>(grid.points))
      done[static_cast<std::size_t>(point)] += weight;
  }
  for (std::size_t i = 1; i < done.size(); ++i)
    done[i] += done[i - 1];
  return done;
}

/// Per moment, the probability that exactly 0, 1, ..., states - 1 of them are `done` (or not done).
std::vector<completion> counts(std::span<const completion* const> each, index states, bool done) {
  const std::size_t points = each.front()->size();
  std::vector<completion> found(slot(states), completion(points));
  std::ranges::fill(found.front(), 1.0);
  for (const completion* member : each) {
    const double* probability = member->data();
    for (index state = states - 1; state >= 0; --state) {
      double* const here = found[slot(state)].data();
      const double* const below = state > 0 ? found[slot(state - 1)].data() : nullptr;
      for (std::size_t i = 0; i < points; ++i) {
        const double hit = done ? probability[i] : 1 - probability[i];
        here[i] = here[i] * (1 - hit) + (below != nullptr ? below[i] * hit : 0);
      }
    }
  }
  return found;
}

completion sum_of(const std::vector<completion>& terms) {
  completion sum(terms.front().size());
  for (const completion& term : terms)
    add_scaled(sum, term, 1);
  return sum;
}

}  // namespace

completion at_once(const time_grid& grid) { return completion(slot(grid.points), 1.0); }

completion after_computing(const time_grid& grid, double shift_s, double mean_s) {
  completion done(slot(grid.points));
  const double start = std::ceil(shift_s / grid.step_s);
  if (start >= static_cast<double>(grid.points))
    return done;
  const auto first = static_cast<index>(start);
  const double decay = mean_s > 0 ? exp_portable(-grid.step_s / mean_s) : 0;
  double left = mean_s > 0 ? exp_portable(-(grid.moment_s(first) - shift_s) / mean_s) : 0;
  for (index point = first; point < grid.points; ++point, left *= decay)
    done[slot(point)] = 1 - left;
  return done;
}

completion after_delay(const completion& before, const time_grid& grid, double delay_s) {
  if (delay_s <= 0)
    return before;
  const earlier then{grid, delay_s};
  completion done(before.size());
  for (index point = then.first(); point < grid.points; ++point)
    done[slot(point)] = then.at(before, point);
  return done;
}

completion after_tries(const completion& before, const time_grid& grid, double try_s, double loss) {
  if (try_s <= 0 || loss <= 0)
    return after_delay(before, grid, try_s);
  const earlier then{grid, try_s};
  completion done(before.size());
  // A try shorter than a step reads the very value that is being computed: solve for it.
  const double own = then.whole() == 0 ? loss * (1 - then.share()) : 0;
  for (index point = then.first(); point < grid.points; ++point)
    done[slot(point)] = ((1 - loss) * then.at(before, point) + loss * then.at(done, point)) /
                        (1 - own);
  return done;
}

completion after_worker(const time_grid& grid, const node_delays& worker, double parts) {
  if (!worker.rounds.empty())
    return after_delay(measured_worker(grid, worker, parts), grid, worker.transfer_s);
  const delay_law& law = worker.law;
  const double shift = law.compute_shift_s * parts;
  const double mean = law.compute_rate_per_s > 0 ? parts / law.compute_rate_per_s : 0;
  completion done = after_computing(grid, shift, mean);
  if (law.slow_probability > 0)
    done = mixture(done, after_computing(grid, law.slow_factor * shift, law.slow_factor * mean),
                   law.slow_probability);
  return after_delay(after_messages(done, grid, law, 1), grid, worker.transfer_s);
}

completion after_edge(const completion& before, const time_grid& grid, const node_delays& edge) {
  if (!edge.rounds.empty()) {
    completion done(before.size());
    for (const node_round& round : edge.rounds)
      add_scaled(done, after_delay(before, grid, round.link_s() + edge.transfer_s),
                 1 / static_cast<double>(edge.rounds.size()));
    return done;
  }
  const delay_law& law = edge.law;
  completion done = after_messages(before, grid, law, 1);
  if (law.slow_probability > 0)
    done = mixture(done, after_messages(before, grid, law, law.slow_factor), law.slow_probability);
  return after_delay(done, grid, edge.transfer_s);
}

completion all_but(std::span<const completion* const> each, index missing) {
  expects(!each.empty() && missing >= 0 && missing < std::ssize(each));
  const index needed = std::ssize(each) - missing;
  if (missing < needed)
    return sum_of(counts(each, missing + 1, false));
  completion done = sum_of(counts(each, needed, true));
  for (double& probability : done)
    probability = 1 - probability;
  return done;
}

completion any_of(std::span<const completion* const> each) {
  return all_but(each, std::ssize(each) - 1);
}

double mean_s(const completion& done, const time_grid& grid) {
  double area = 0;
  for (std::size_t i = 1; i < done.size(); ++i)
    area += 1 - (done[i - 1] + done[i]) / 2;
  return area * grid.step_s;
}

double quantile_s(const completion& done, const time_grid& grid, double probability) {
  const auto found = std::ranges::lower_bound(done, probability);
  const auto point = static_cast<index>(found - done.begin());
  if (point == 0 || found == done.end())
    return grid.moment_s(std::min(point, grid.points - 1));
  const double before = done[slot(point - 1)];
  return grid.moment_s(point) - (*found - probability) / (*found - before) * grid.step_s;
}

}  // namespace echelon::coding::planning
