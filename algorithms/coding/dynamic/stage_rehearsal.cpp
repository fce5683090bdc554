#include "algorithms/coding/dynamic/stage_rehearsal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/random.hpp"

namespace echelon::coding {
namespace {

constexpr std::size_t draws = 500;
constexpr int extensions_max = 2;

/// Relative to how much must be done, so that a whole share is not cut short by rounding.
constexpr double whole_part_slack = 1e-9;

}  // namespace

/// Where the first stage stands at its deadline.
struct stage_rehearsal::first_stage {
  double deadline_s = 0;
  double all_in_s = 0;       ///< when everybody's answer would be in, without a second stage
  double finished_in_s = 0;  ///< when the answers about finished parts are in
  index missing = 0;
  std::vector<double> speeds;  ///< of those who can help; 0: cannot
};

stage_rehearsal::stage_rehearsal(std::span<const pace_model> models, const stage_settings& given)
    : models_(models), given_(given) {
  for (std::size_t number = 0; number < draws; ++number)
    for (std::size_t sender = 0; sender < models.size(); ++sender) {
      random_stream random{0, "coding.two-stage.rehearsal", number, sender};
      const pace_model& model = models[sender];
      const double factor = random.bernoulli(model.slow_probability) ? model.slow_factor : 1;
      const double first_s = factor * (model.shift_s + model.random_s * random.exponential());
      const double later_s = factor * (model.shift_s + model.random_s * random.exponential());
      paces_.push_back({first_s, later_s});
    }
}

std::span<const stage_rehearsal::pace> stage_rehearsal::draw(std::size_t number) const {
  return std::span{paces_}.subspan(number * models_.size(), models_.size());
}

round_forecast stage_rehearsal::forecast(const stage_choice& choice) const {
  round_forecast mean;
  for (std::size_t number = 0; number < draws; ++number) {
    const round_forecast one = round(draw(number), choice);
    mean.time_s += one.time_s / static_cast<double>(draws);
    mean.parts += one.parts / static_cast<double>(draws);
  }
  return mean;
}

std::vector<double> stage_rehearsal::first_stage_quantiles(std::span<const index> shares,
                                                           std::span<const double> at) const {
  std::vector<double> times;
  for (std::size_t number = 0; number < draws; ++number)
    for (std::size_t sender = 0; sender < shares.size(); ++sender)
      if (shares[sender] > 0)
        times.push_back(static_cast<double>(shares[sender]) * draw(number)[sender].first_s);
  std::ranges::sort(times);
  std::vector<double> found;
  for (const double quantile : at)
    found.push_back(
        times[static_cast<std::size_t>(quantile * static_cast<double>(times.size() - 1))]);
  return found;
}

double stage_rehearsal::deadline_of(std::span<const pace> paces, const stage_choice& choice) const {
  if (choice.deadline_s > 0)
    return choice.deadline_s;
  std::vector<double> times;
  for (std::size_t sender = 0; sender < paces.size(); ++sender)
    if (choice.shares[sender] > 0)
      times.push_back(static_cast<double>(choice.shares[sender]) * paces[sender].first_s);
  std::ranges::sort(times);
  const double needed = std::ceil(given_.adaptive_fraction * static_cast<double>(times.size()));
  return (1 + given_.adaptive_margin) * times[static_cast<std::size_t>(std::max(needed, 1.0)) - 1];
}

stage_rehearsal::first_stage stage_rehearsal::stage_until(std::span<const pace> paces,
                                                          std::span<const index> shares,
                                                          double deadline_s) const {
  first_stage seen{.deadline_s = deadline_s, .speeds = std::vector<double>(paces.size(), 0.0)};
  for (std::size_t sender = 0; sender < paces.size(); ++sender) {
    const double link_s = models_[sender].link_s;
    const double done_s = static_cast<double>(shares[sender]) * paces[sender].first_s;
    seen.all_in_s = std::max(seen.all_in_s, shares[sender] > 0 ? done_s + link_s : 0);
    if (shares[sender] == 0) {
      seen.speeds[sender] = 1 / models_[sender].expected_s();
    } else if (done_s <= deadline_s) {
      seen.speeds[sender] = 1 / paces[sender].first_s;
      seen.finished_in_s = std::max(seen.finished_in_s, done_s + link_s);
    } else {
      const auto parts_done = static_cast<index>(deadline_s / paces[sender].first_s);
      seen.missing += shares[sender] - parts_done;
      if (parts_done > 0)
        seen.finished_in_s = std::max(seen.finished_in_s, deadline_s + link_s);
    }
  }
  return seen;
}

round_forecast stage_rehearsal::round(std::span<const pace> paces,
                                      const stage_choice& choice) const {
  double deadline_s = deadline_of(paces, choice);
  first_stage seen = stage_until(paces, choice.shares, deadline_s);
  const auto nobody = [](double speed) { return speed == 0; };
  for (int extensions = 0; extensions < extensions_max && std::ranges::all_of(seen.speeds, nobody);
       ++extensions)
    seen = stage_until(paces, choice.shares, deadline_s *= 2);
  const index parts = std::accumulate(choice.shares.begin(), choice.shares.end(), index{0});
  if (seen.missing == 0)
    return {seen.all_in_s, static_cast<double>(parts)};
  if (std::ranges::all_of(seen.speeds, nobody))
    for (std::size_t sender = 0; sender < paces.size(); ++sender)
      seen.speeds[sender] = 1 / models_[sender].expected_s();
  const index able = std::ranges::count_if(seen.speeds, [](double speed) { return speed > 0; });
  const index stragglers = std::min(choice.stragglers, able - 1);
  const double helped = std::max(seen.finished_in_s, helped_s(paces, seen, stragglers));
  return {std::min(seen.all_in_s, helped),
          static_cast<double>(parts + seen.missing * (stragglers + 1))};
}

/// When all helpers but the last s have answered; whole shares by rounding their running sum.
double stage_rehearsal::helped_s(std::span<const pace> paces, const first_stage& done,
                                 index stragglers) const {
  const double total = std::accumulate(done.speeds.begin(), done.speeds.end(), 0.0);
  const double work = static_cast<double>(done.missing * (stragglers + 1));
  std::vector<double> times;
  double reached = 0;
  for (std::size_t sender = 0; sender < paces.size(); ++sender) {
    const double before = std::floor(reached + whole_part_slack);
    reached += work * done.speeds[sender] / total;
    const double load = std::floor(reached + whole_part_slack) - before;
    if (load > 0)
      times.push_back(done.deadline_s + given_.assignment_s + load * paces[sender].later_s +
                      models_[sender].link_s);
  }
  const index waits = std::max<index>(std::ssize(times) - stragglers, 1);
  std::ranges::nth_element(times, times.begin() + (waits - 1));
  return times[slot(waits - 1)];
}

}  // namespace echelon::coding
