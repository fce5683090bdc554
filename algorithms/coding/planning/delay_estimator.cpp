#include "algorithms/coding/planning/delay_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/portable_math.hpp"

namespace echelon::coding::planning {
namespace {

constexpr int refinements = 30;
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

/// Fast and slow rounds of one node: shift + Exp(mean random), times the factor in slow ones.
struct mixture {
  double shift = 0, random = 0, factor = 1, slow_probability = 0;

  double density(double time, double scale) const {
    const double spread = scale * std::max(random, 1e-3 * shift);
    return time < scale * shift ? 0 : exp_portable(-(time - scale * shift) / spread) / spread;
  }
  double of_fast(double time) const { return (1 - slow_probability) * density(time, 1); }
  double of_slow(double time) const { return slow_probability * density(time, factor); }
};

/// The mixture that fits, given how likely each round was slow.
mixture fitted(std::span<const double> times, std::span<const double> slow) {
  double fast_count = 0, fast_s = 0, slow_s = 0;
  for (std::size_t round = 0; round < times.size(); ++round) {
    fast_count += 1 - slow[round];
    fast_s += (1 - slow[round]) * times[round];
    slow_s += slow[round] * times[round];
  }
  const double slow_count = static_cast<double>(times.size()) - fast_count;
  const double fast_mean = fast_s / fast_count;
  mixture made{.shift = std::ranges::min(times)};
  made.random = (fast_mean - made.shift) * (fast_count > 1.5 ? fast_count / (fast_count - 1) : 1);
  if (slow_count > 0) {
    made.factor = slow_s / slow_count / fast_mean;
    made.slow_probability = slow_count / static_cast<double>(times.size());
  }
  return made;
}

double log_likelihood(const mixture& known, std::span<const double> times) {
  double sum = 0;
  for (const double time : times)
    sum += log_portable(std::max(known.of_fast(time) + known.of_slow(time), 1e-300));
  return sum;
}

/// Slow rounds are at first those that no exponential with this median would reach; then
/// expectation-maximisation. Two more parameters than one kind of round needs must explain
/// correspondingly more (Bayesian information criterion).
mixture told_apart(const std::vector<double>& times) {
  const double count = static_cast<double>(times.size());
  std::vector<double> slow(times.size());
  const mixture single = fitted(times, slow);
  if (single.shift <= 0 && single.random <= 0)
    return single;
  const double spread = std::max((median_of(times) - single.shift) / ln_2, 1e-3 * single.shift);
  const double usual_most = single.shift + spread * (log_portable(count) + 1);
  std::ranges::transform(times, slow.begin(),
                         [&](double time) { return time > usual_most ? 1.0 : 0.0; });
  mixture known = fitted(times, slow);
  for (int round = 0; round < refinements && known.slow_probability > 0; ++round) {
    std::ranges::transform(times, slow.begin(), [&](double time) {
      const double likely = known.of_slow(time);
      return likely > 0 ? likely / (likely + known.of_fast(time)) : 0.0;
    });
    known = fitted(times, slow);
  }
  const double explained = log_likelihood(known, times) - log_likelihood(single, times);
  return explained > log_portable(count) ? known : single;
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
  const mixture known = told_apart(part_times);
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
