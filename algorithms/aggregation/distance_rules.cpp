#include "algorithms/aggregation/distance_rules.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/matrix.hpp"

namespace echelon::aggregation {
namespace {

/// Smoothed distances are never below this share of the mean one, so that a step that lands on a
/// vector goes on.
constexpr double smoothing = 1e-9;
constexpr double settled = 1e-12;  ///< a step moves no share by more

matrix distances(std::span<const block> senders) {
  const index count = std::ssize(senders);
  matrix apart = matrix::Zero(count, count);
  for (index a = 0; a < count; ++a)
    for (index b = 0; b < a; ++b)
      apart(a, b) = apart(b, a) = squared_distance(senders[slot(a)], senders[slot(b)]);
  return apart;
}

/// Sums of squared distances to the nearest others.
std::vector<double> krum_scores(const matrix& apart, index nearest) {
  std::vector<double> scores;
  for (index a = 0; a < apart.rows(); ++a) {
    std::vector<double> others;
    for (index b = 0; b < apart.cols(); ++b)
      if (b != a)
        others.push_back(apart(a, b));
    std::ranges::sort(others);
    scores.push_back(std::accumulate(others.begin(), others.begin() + nearest, 0.0));
  }
  return scores;
}

/// |x_i - sum_j s_j x_j|^2 for shares that add up to 1, from the distances between the x alone.
double distance_to_mean(const matrix& apart, const vector& shares, index i) {
  const double squared = apart.row(i).dot(shares) - 0.5 * shares.dot(apart * shares);
  return std::sqrt(std::max(squared, 0.0));
}

}  // namespace

parameter liars_parameter() {
  return {"liars", value_kind::integer, 1, "senders that may send anything", 0};
}

result<aggregate> krum_rule::combine_finite(std::span<const block> senders, index faulty) const {
  const index liars = std::max<index>(liars_ - faulty, 0);
  const index count = std::ssize(senders), nearest = count - liars - 2;
  if (nearest < 1 || chosen_ > count)
    return fail(errc::too_many_stragglers,
                "{} vectors are too few to judge by the nearest of them; {} liars need {} or more",
                count, liars, std::max(liars + 3, chosen_));
  const auto scores = krum_scores(distances(senders), nearest);
  std::vector<index> order(senders.size());
  std::iota(order.begin(), order.end(), index{0});
  std::ranges::stable_sort(order, {}, [&](index sender) { return scores[slot(sender)]; });
  order.resize(slot(chosen_ > 0 ? chosen_ : nearest));
  std::vector<double> shares(senders.size());
  for (const index sender : order)
    shares[slot(sender)] = 1 / static_cast<double>(order.size());
  return aggregate{weighted_sum(senders, shares), std::move(shares)};
}

std::vector<parameter> multi_krum::declared() {
  return {liars_parameter(),
          {"chosen", value_kind::integer, 0, "vectors averaged; 0: senders - liars - 2", 0}};
}

result<multi_krum> multi_krum::make(const parameters& given) {
  return multi_krum{given.integer("liars"), given.integer("chosen")};
}

std::vector<parameter> geometric_median::declared() {
  return {{"steps_max", value_kind::integer, 200, "Weiszfeld steps at most", 1}};
}

result<geometric_median> geometric_median::make(const parameters& given) {
  return geometric_median{given.integer("steps_max")};
}

result<aggregate> geometric_median::combine_finite(std::span<const block> senders, index) const {
  // The point is always a mean with shares, so that the distances between the vectors say all.
  const matrix apart = distances(senders);
  const index count = apart.rows();
  vector shares = vector::Constant(count, 1 / static_cast<double>(count));
  const double least = smoothing * apart.cwiseSqrt().mean();
  for (index step = 0; least > 0 && step < steps_max_; ++step) {
    vector next{count};
    for (index i = 0; i < count; ++i)
      next(i) = 1 / std::max(distance_to_mean(apart, shares, i), least);
    next /= next.sum();
    const double moved = (next - shares).cwiseAbs().maxCoeff();
    shares = next;
    if (moved < settled)
      break;
  }
  std::vector<double> found(shares.begin(), shares.end());
  return aggregate{weighted_sum(senders, found), std::move(found)};
}

}  // namespace echelon::aggregation
