#include "algorithms/coding/planning/delay_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/portable_math.hpp"

namespace echelon::coding::planning {
namespace {

constexpr int refinements = 20;
constexpr double ln_2 = 0.6931471805599453;
/// How much slower than others, or than usual, is bad.
constexpr double bad_ratio = 2;
constexpr double bad_tail = 0.01;

double mean_of(std::span<const double> times) {
  return std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
}

double median_of(std::vector<double> times) {
  const auto middle = times.begin() + std::ssize(times) / 2;
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// The two kinds of rounds, as far as they are told apart: the first `fast` of the sorted times.
struct split {
  std::size_t fast = 0;
  double shift = 0, random = 0, factor = 1, slow_probability = 0;
};

/// Parameters that fit a division of the sorted times.
split fitted(std::span<const double> sorted, std::size_t fast) {
  split made{.fast = fast, .shift = sorted.front()};
  const auto below = sorted.first(fast);
  const double count = static_cast<double>(fast);
  made.random = (mean_of(below) - made.shift) * (fast > 1 ? count / (count - 1) : 1);
  if (fast < sorted.size()) {
    made.factor = mean_of(sorted.subspan(fast)) / mean_of(below);
    made.slow_probability = 1 - count / static_cast<double>(sorted.size());
  }
  return made;
}

/// Whether a time is more likely one of a slow round.
bool likelier_slow(const split& known, double time) {
  const double spread = std::max(known.random, 1e-3 * known.shift);
  const double slow_shift = known.factor * known.shift;
  if (time < slow_shift || spread <= 0)
    return false;
  const double fast = log_portable(1 - known.slow_probability) - (time - known.shift) / spread;
  const double slow = log_portable(known.slow_probability / known.factor) -
                      (time - slow_shift) / (known.factor * spread);
  return slow > fast;
}

/// Where the fast times end: first what no exponential with this median would reach, then what the
/// fitted mixture says.
split told_apart(std::vector<double> times) {
  std::ranges::sort(times);
  const double count = static_cast<double>(times.size());
  const double shift = times.front();
  const double spread = std::max((median_of(times) - shift) / ln_2, 1e-3 * shift);
  const double usual_most = shift + spread * (log_portable(count) + 1);
  std::size_t fast = static_cast<std::size_t>(std::ranges::upper_bound(times, usual_most) -
                                              times.begin());
  split known = fitted(times, fast);
  for (int round = 0; round < refinements && known.slow_probability > 0; ++round) {
    const auto first_slow = std::ranges::find_if(
        times, [&](double time) { return likelier_slow(known, time); });
    fast = static_cast<std::size_t>(first_slow - times.begin());
    if (fast == known.fast || fast == 0)
      break;
    known = fitted(times, fast);
  }
  return known;
}

}  // namespace

void delay_estimator::observe(const timing& seen) {
  seen_.push_back(seen);
  if (rounds() > rounds_max_)
    seen_.pop_front();
}

delay_law delay_estimator::law() const {
  delay_law found;
  if (seen_.empty())
    return found;
  std::vector<double> part_times, link_times;
  double tries = 0, counted = 0, counted_s = 0;
  for (const timing& each : seen_) {
    if (each.parts > 0)
      part_times.push_back(each.busy_s / each.parts);
    link_times.push_back(each.link_s);
    if (each.tries) {
      tries += *each.tries;
      counted_s += each.link_s;
      counted += 1;
    }
  }
  const double link_least = std::ranges::min(link_times);
  const double link_mean = mean_of(link_times);
  found.link_up_s = tries > 0 ? counted_s / tries : link_least;
  found.link_down_s = found.link_up_s;
  if (tries > 0)
    found.link_loss = 1 - counted / tries;
  else if (link_mean > 0)
    found.link_loss = 1 - link_least / link_mean;
  if (part_times.empty())
    return found;
  const split known = told_apart(std::move(part_times));
  found.compute_shift_s = known.shift;
  found.compute_rate_per_s = known.random > 0 ? 1 / known.random : 0;
  found.slow_probability = known.slow_probability;
  found.slow_factor = known.factor;
  return found;
}

std::vector<node_advice> advise(std::span<const delay_law> workers) {
  std::vector<double> usual;
  for (const delay_law& law : workers) {
    const double random = law.compute_rate_per_s > 0 ? ln_2 / law.compute_rate_per_s : 0;
    usual.push_back((law.compute_shift_s + random) *
                    (law.slow_probability > 0.5 ? law.slow_factor : 1));
  }
  std::vector<node_advice> advice;
  const double typical = usual.empty() ? 0 : median_of(usual);
  for (std::size_t worker = 0; worker < workers.size(); ++worker) {
    const delay_law& law = workers[worker];
    const bool tail = law.slow_probability >= bad_tail && law.slow_factor >= bad_ratio;
    advice.push_back(usual[worker] > bad_ratio * typical ? node_advice::drop
                     : tail                              ? node_advice::code_for
                                                         : node_advice::keep);
  }
  return advice;
}

}  // namespace echelon::coding::planning
