#include "algorithms/hierarchy/frontier.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

constexpr std::size_t options_max = 4096;

/// Products of 2, 3 and 5 up to `most`, ascending.
std::vector<index> round_numbers(index most) {
  std::vector<index> found;
  for (index number = 1; number <= most; ++number) {
    index rest = number;
    for (const index prime : {2, 3, 5})
      while (rest % prime == 0)
        rest /= prime;
    if (rest == 1)
      found.push_back(number);
  }
  return found;
}

/// Every list of periods, root first, up to `most`; nullopt: more than options_max.
std::optional<std::vector<std::vector<index>>> chains(index levels, index most) {
  const auto ratios = round_numbers(most);
  std::vector<std::vector<index>> found{{}};
  for (index level = 0; level < levels; ++level) {
    std::vector<std::vector<index>> longer;
    for (const auto& chain : found) {
      const index lowest = chain.empty() ? 1 : chain.front();
      for (const index ratio : ratios) {
        if (lowest * ratio > most)
          break;
        longer.push_back({lowest * ratio});
        longer.back().insert(longer.back().end(), chain.begin(), chain.end());
      }
      if (longer.size() > options_max)
        return std::nullopt;
    }
    found = std::move(longer);
  }
  return found;
}

std::vector<periods> candidates(index levels, index most) {
  auto lists = chains(levels, most);
  while (!lists)
    lists = chains(levels, most /= 2);  // one remains at the latest with most = 1
  std::vector<periods> found;
  for (auto& list : *lists)
    found.push_back(periods::make(std::move(list)).value());
  return found;
}

double communication_per_step(const averaging_task& task, const periods& when) {
  double sum = 0;
  for (index level = 1; level <= when.levels(); ++level)
    sum += task.exchange_s[slot(level - 1)] / static_cast<double>(when.at(level));
  return sum;
}

bool is_size(double number) { return std::isfinite(number) && number >= 0; }

bool all_known(const averaging_task& task) {
  return is_size(task.problem.gap) && is_size(task.problem.noise) &&
         is_size(task.where.noise_floor) &&
         std::ranges::all_of(task.where.levels, [](const level_share& share) {
           return is_size(share.noise) && is_size(share.divergence);
         });
}

result<void> check(const averaging_task& task) {
  if (task.where.levels.empty() || task.where.levels.size() != task.exchange_s.size())
    return fail(errc::bad_input, "{} levels of averaging with {} times of exchange; each has one",
                task.where.levels.size(), task.exchange_s.size());
  if (!all_known(task))
    return fail(errc::bad_input, "the gap, the noise or a level's divergence is not a number "
                                 "from 0 on; run a probe that does not diverge");
  if (!is_size(task.problem.smoothness) || task.problem.smoothness == 0)
    return fail(errc::bad_input, "the smoothness is {}; the bound needs one above 0",
                task.problem.smoothness);
  if (!is_size(task.steps) || task.steps == 0 || task.period_max < 1)
    return fail(errc::bad_input, "{} steps and periods up to {}; both must be above 0", task.steps,
                task.period_max);
  if (!is_size(task.step_s) || !std::ranges::all_of(task.exchange_s, is_size))
    return fail(errc::bad_input, "the time of a step or an exchange is not a number from 0 s on");
  return {};
}

/// Those that no other beats at both.
std::vector<averaging_option> undominated(std::vector<averaging_option> all) {
  std::ranges::stable_sort(all, [](const averaging_option& a, const averaging_option& b) {
    return std::pair{a.communication_s, a.error} < std::pair{b.communication_s, b.error};
  });
  std::vector<averaging_option> kept;
  for (averaging_option& option : all)
    if (std::isfinite(option.error) && (kept.empty() || option.error < kept.back().error))
      kept.push_back(std::move(option));
  return kept;
}

/// As many steps as fit the budget; nullopt: none does, or no end of them.
std::optional<averaging_option> within(const averaging_task& task, const periods& when,
                                       double wall_s) {
  const double steps = std::floor(wall_s / (task.step_s + communication_per_step(task, when)));
  if (!(steps >= 1) || !std::isfinite(steps))
    return std::nullopt;
  return predict(task, when, steps);
}

}  // namespace

double hop::exchange_s(double model_bytes) const {
  return round_trip_s + (bandwidth_bps > 0 ? 2 * 8 * model_bytes / bandwidth_bps : 0);
}

averaging_option predict(const averaging_task& task, const periods& when, double steps) {
  const minimum best = best_rate(task.problem, task.where, when, steps);
  const double communication_s = steps * communication_per_step(task, when);
  return {when, best.at, best.value, steps, communication_s, communication_s + steps * task.step_s};
}

result<averaging_frontier> plan_averaging(const averaging_task& task) {
  ECHELON_CHECK(check(task));
  averaging_frontier found;
  std::vector<averaging_option> all;
  for (const periods& when : candidates(std::ssize(task.where.levels), task.period_max)) {
    ++found.considered;
    all.push_back(predict(task, when, task.steps));
    if (!task.wall_s)
      continue;
    auto option = within(task, when, *task.wall_s);
    if (option && (!found.chosen || option->error < found.chosen->error))
      found.chosen = std::move(option);
  }
  if (task.wall_s && !found.chosen)
    return fail(errc::bad_input,
                "a budget of {} s cannot be planned for: no periods give it a finite number of "
                "steps, at least one; a step takes {} s",
                *task.wall_s, task.step_s);
  found.options = undominated(std::move(all));
  return found;
}

double equal_drift_period(index workers, index groups, double flat, double local) {
  expects(groups > 1 && workers >= groups && local <= flat);
  const auto n = static_cast<double>(workers), groups_n = static_cast<double>(groups);
  return std::sqrt(((n - 1) * flat * flat - (n - groups_n) * local * local) / (groups_n - 1));
}

}  // namespace echelon::hierarchy
