#include "algorithms/coding/dynamic/stage_choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/portable_math.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/coding/dynamic/stage_rehearsal.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {
namespace {

constexpr double quantiles[] = {.5, .6, .65, .7, .75, .8, .85, .9, .95, .99};
constexpr index stragglers_max = 3;
/// Means that differ by less than this many standard errors are taken to be the same.
constexpr double errors_apart = 2;
/// Variance of a mean in which new values weigh 0.2, per variance of a value.
constexpr double mean_variance_share = 1.0 / 9;
/// Closer than this, senders that are never slow count as homogeneous.
constexpr double alike_within = 0.05;
/// Less work is worth so much more time.
constexpr double hardly_slower = 1.05;

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

/// One model a sender; means that differ by chance alone are replaced by their median, so that
/// shares do not follow noise.
std::vector<pace_model> models_of(std::span<const sender_history> history) {
  std::vector<double> means;
  for (const sender_history& known : history)
    means.push_back(known.part_s);
  const double middle = median(means);
  std::vector<pace_model> models;
  for (const sender_history& known : history) {
    const double error = std::sqrt(known.part_variance * mean_variance_share);
    const bool differs = std::abs(known.part_s - middle) > errors_apart * error;
    const double mean = differs ? known.part_s : middle;
    const double random_share = std::min(std::sqrt(known.part_variance), mean);
    models.push_back({mean - random_share, random_share, known.slow_probability, known.slow_factor,
                      known.link_s});
  }
  return models;
}

bool alike(std::span<const pace_model> models) {
  const auto [least, most] = std::ranges::minmax(models, {}, &pace_model::mean_s);
  const bool slow_sometimes = std::ranges::any_of(
      models, [](const pace_model& model) { return model.slow_probability > 0; });
  return !slow_sometimes && most.mean_s() - least.mean_s() <= alike_within * most.mean_s();
}

std::vector<index> first_sender_counts(index parts, std::span<const pace_model> models,
                                       const stage_settings& given) {
  const index most = std::min(std::ssize(models), parts);
  if (given.first_senders > 0)
    return {std::min(given.first_senders, most)};
  std::vector<double> means;
  for (const pace_model& model : models)
    means.push_back(model.mean_s());
  const double middle = median(means);
  std::set<index> counts{std::min(
      most, std::ranges::count_if(means, [middle](double mean) { return mean <= 2 * middle; }))};
  for (index count = 1; count <= most; ++count)
    if (parts % count == 0)
      counts.insert(count);
  return {counts.begin(), counts.end()};
}

/// The fastest `count` senders begin, with shares by speed.
std::vector<index> shares_of(index parts, std::span<const pace_model> models, index count) {
  std::vector<index> order(models.size());
  std::iota(order.begin(), order.end(), index{0});
  std::ranges::stable_sort(order, {},
                           [models](index sender) { return models[slot(sender)].expected_s(); });
  std::vector<double> speeds(models.size(), 0.0);
  for (index place = 0; place < count; ++place) {
    const index sender = order[slot(place)];
    speeds[slot(sender)] = 1 / models[slot(sender)].mean_s();
  }
  return quotas(speeds, parts, parts);
}

std::vector<index> straggler_counts(const stage_settings& given) {
  if (given.stragglers >= 0)
    return {given.stragglers};
  std::vector<index> counts(slot(stragglers_max + 1));
  std::iota(counts.begin(), counts.end(), index{0});
  return counts;
}

struct candidate {
  stage_choice choice;
  round_forecast forecast;
};

/// Of those hardly slower than the fastest, the one with the least work.
stage_choice best_of(std::vector<candidate> candidates) {
  const auto time_s = [](const candidate& one) { return one.forecast.time_s; };
  const double fastest_s = time_s(*std::ranges::min_element(candidates, {}, time_s));
  std::erase_if(candidates,
                [=](const candidate& one) { return time_s(one) > hardly_slower * fastest_s; });
  return std::move(std::ranges::min_element(candidates, {}, [](const candidate& one) {
                     return one.forecast.parts;
                   })->choice);
}

stage_choice choose_by_formula(index parts, std::span<const pace_model> models,
                               const stage_settings& given) {
  std::vector<candidate> candidates;
  const pace_model& each = models.front();
  for (const index count : first_sender_counts(parts, models, given)) {
    const double load = static_cast<double>(parts) / static_cast<double>(count);
    for (const double share : quantiles)
      for (const index stragglers : straggler_counts(given))
        candidates.push_back(
            {{stragglers, load * (each.shift_s - each.random_s * log_portable(1 - share)),
              shares_of(parts, models, count)},
             {expected_round_s(std::ssize(models), parts, count, each.shift_s, each.random_s,
                               each.link_s, share, stragglers, given.assignment_s),
              static_cast<double>(parts) *
                  (1 + (1 - share) * static_cast<double>(stragglers + 1))}});
  }
  return best_of(std::move(candidates));
}

/// Deadlines to try: T1 as given, or the adaptive one, or quantiles of the first stage's times.
std::vector<double> deadlines(const stage_rehearsal& rehearsal, std::span<const index> shares,
                              const stage_settings& given) {
  if (given.deadline_s > 0 || given.adaptive)
    return {given.deadline_s};
  return rehearsal.first_stage_quantiles(shares, quantiles);
}

stage_choice choose_by_rehearsal(index parts, std::span<const pace_model> models,
                                 const stage_settings& given) {
  const stage_rehearsal rehearsal{models, given};
  std::vector<candidate> candidates;
  for (const index count : first_sender_counts(parts, models, given)) {
    const auto shares = shares_of(parts, models, count);
    for (const double deadline_s : deadlines(rehearsal, shares, given))
      for (const index stragglers : straggler_counts(given)) {
        stage_choice choice{stragglers, deadline_s, shares};
        const round_forecast forecast = rehearsal.forecast(choice);
        candidates.push_back({std::move(choice), forecast});
      }
  }
  return best_of(std::move(candidates));
}

stage_choice choose_blindly(index parts, index senders, const stage_settings& given) {
  const index most = std::min(senders, parts);
  const index count = given.first_senders > 0 ? std::min(given.first_senders, most) : most;
  std::vector<double> speeds(slot(senders), 0.0);
  std::fill_n(speeds.begin(), count, 1.0);
  return {std::max<index>(given.stragglers, 0), given.deadline_s, quotas(speeds, parts, parts)};
}

double harmonic(index count) {
  double sum = 0;
  for (index term = 1; term <= count; ++term)
    sum += 1 / static_cast<double>(term);
  return sum;
}

}  // namespace

double expected_round_s(index senders, index parts, index first_senders, double part_shift_s,
                        double part_mean_s, double link_s, double share_done, index stragglers,
                        double assignment_s) {
  const double load = static_cast<double>(parts) / static_cast<double>(first_senders);
  const double deadline_s = load * (part_shift_s - part_mean_s * log_portable(1 - share_done));
  const double helpers = static_cast<double>(senders - first_senders) +
                         share_done * static_cast<double>(first_senders);
  const double later_load = static_cast<double>(parts) * (1 - share_done) *
                            static_cast<double>(stragglers + 1) / helpers;
  const double needed = 1 - power_portable(share_done, first_senders);
  const auto whole_helpers = static_cast<index>(helpers);
  const double waits = harmonic(whole_helpers) - harmonic(std::min(stragglers, whole_helpers));
  return deadline_s +
         needed * (assignment_s + later_load * (part_shift_s + part_mean_s * waits) + link_s);
}

stage_choice choose_stages(index parts, std::span<const sender_history> history,
                           const stage_settings& given) {
  expects(!history.empty());
  const bool known = std::ranges::all_of(
      history, [](const sender_history& sender) { return sender.rounds > 0 && sender.part_s > 0; });
  if (!known)
    return choose_blindly(parts, std::ssize(history), given);
  const auto models = models_of(history);
  if (alike(models) && given.deadline_s == 0 && !given.adaptive)
    return choose_by_formula(parts, models, given);
  return choose_by_rehearsal(parts, models, given);
}

}  // namespace echelon::coding
