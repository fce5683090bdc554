#pragma once

#include "algorithms/aggregation/robust_aggregation.hpp"

namespace echelon::aggregation {

parameter liars_parameter();

/// The mean of the `chosen` vectors with the best scores: the sum of squared distances to the n - f
/// - 2 nearest others. Promise: as long as n > 2 f + 2, those chosen are among the honest or as
/// close to them as they are to each other. Cost: d n^2.
class krum_rule : public robust_aggregation {
public:
  index tolerance(index senders) const override {
    return senders > 2 * liars_ + 2 ? liars_ : index{0};
  }

protected:
  krum_rule(index liars, index chosen) : liars_(liars), chosen_(chosen) {}
  result<aggregate> combine_finite(std::span<const block> senders, index faulty) const override;

private:
  index liars_;
  index chosen_;  ///< 0: as many as the scores allow, n - f - 2
};

/// The one vector that is nearest to its neighbours.
class krum final : public krum_rule {
public:
  static constexpr std::string_view name = "krum";
  static constexpr std::string_view summary = "the one vector that is nearest to its neighbours";
  static constexpr std::string_view source = "Blanchard et al. 2017, arXiv:1703.02757";
  static std::vector<parameter> declared() { return {liars_parameter()}; }
  static result<krum> make(const parameters& given) { return krum{given.integer("liars")}; }

private:
  explicit krum(index liars) : krum_rule(liars, 1) {}
};

/// The mean of several such vectors.
class multi_krum final : public krum_rule {
public:
  static constexpr std::string_view name = "multi-krum";
  static constexpr std::string_view
      summary = "the mean of the vectors that are nearest to their neighbours";
  static constexpr std::string_view source = "Blanchard et al. 2017, arXiv:1703.02757";
  static std::vector<parameter> declared();
  static result<multi_krum> make(const parameters& given);

private:
  using krum_rule::krum_rule;
};

/// The point with the least sum of distances to all, by smoothed Weiszfeld steps. Promise: with a
/// share a < 1/2 of liars it is at most 2 (1 - a) / (1 - 2 a) times as far from any point as the
/// farthest honest one is. Cost: d n a step.
class geometric_median final : public robust_aggregation {
public:
  static constexpr std::string_view name = "geometric-median";
  static constexpr std::string_view
      summary = "the point nearest to all in sum; stands just under half";
  static constexpr std::string_view source = "Pillutla et al. 2022, arXiv:1912.13445";
  static std::vector<parameter> declared();
  static result<geometric_median> make(const parameters& given);

  index tolerance(index senders) const override { return (senders - 1) / 2; }

protected:
  result<aggregate> combine_finite(std::span<const block> senders, index faulty) const override;

private:
  explicit geometric_median(index steps_max) : steps_max_(steps_max) {}

  index steps_max_;
};

}  // namespace echelon::aggregation
