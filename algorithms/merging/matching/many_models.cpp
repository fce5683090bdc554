#include "algorithms/merging/matching/many_models.hpp"

#include "algorithms/merging/matching/weight_matching.hpp"
#include "algorithms/merging/permutations/weighted_sum.hpp"

namespace echelon::merging {
namespace {

constexpr int sweeps_max = 100;
constexpr double least_gain = 1e-12;

/// The mean of all models but one.
block mean_of_others(const permutation_spec& spec, std::span<const block> states,
                     const std::vector<unit_orders>& orders, index left_out) {
  std::vector<weighted_state> parts;
  const double share = 1 / static_cast<double>(states.size() - 1);
  for (index k = 0; k < std::ssize(states); ++k)
    if (k != left_out)
      parts.push_back({share, &states[slot(k)], &orders[slot(k)]});
  return weighted_sum(spec, parts);
}

}  // namespace

result<std::vector<unit_orders>> match_many(const permutation_spec& spec,
                                            std::span<const block> states, random_stream& random,
                                            learning::math_mode math) {
  std::vector<unit_orders> orders(states.size(), kept_orders(spec));
  bool gained = states.size() > 1;
  for (int sweep = 0; gained && sweep < sweeps_max; ++sweep) {
    gained = false;
    for (const index k : permutation(random, std::ssize(states))) {
      const block mean = mean_of_others(spec, states, orders, k);
      ECHELON_TRY(unit_orders better,
                  match_weights(spec, mean, states[slot(k)], orders[slot(k)], random, math));
      const double before = distance(spec, mean, states[slot(k)], orders[slot(k)]);
      const double after = distance(spec, mean, states[slot(k)], better);
      if (after >= before - least_gain * (1 + before))
        continue;
      orders[slot(k)] = std::move(better);
      gained = true;
    }
  }
  return orders;
}

}  // namespace echelon::merging
