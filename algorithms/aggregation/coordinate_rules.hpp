#pragma once

#include "algorithms/aggregation/robust_aggregation.hpp"

namespace echelon::aggregation {

/// The mean: no liar is stood, and nothing is lost where there is none.
class plain_mean final : public robust_aggregation {
public:
  static constexpr std::string_view name = "mean";
  static constexpr std::string_view summary = "the mean of all; stands no liar";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<plain_mean> make(const parameters&) { return plain_mean{}; }

  index tolerance(index) const override { return 0; }

protected:
  result<aggregate> combine_finite(std::span<const block> senders, index faulty) const override;
};

/// In each coordinate the median; of an even number, the mean of the two in the middle. Promise:
/// each coordinate stays within those of the honest. Cost: d n log n.
class coordinate_median final : public robust_aggregation {
public:
  static constexpr std::string_view name = "median";
  static constexpr std::string_view
      summary = "the median in each coordinate; stands just under half";
  static constexpr std::string_view source = "Yin et al. 2018, arXiv:1803.01498";
  static std::vector<parameter> declared() { return {}; }
  static result<coordinate_median> make(const parameters&) { return coordinate_median{}; }

  index tolerance(index senders) const override { return (senders - 1) / 2; }

protected:
  result<aggregate> combine_finite(std::span<const block> senders, index faulty) const override;
};

/// In each coordinate the mean without the `liars` largest and smallest. Promise: each coordinate
/// stays within those of the honest. Cost: d n log n.
class trimmed_mean final : public robust_aggregation {
public:
  static constexpr std::string_view name = "trimmed-mean";
  static constexpr std::string_view
      summary = "the mean in each coordinate without the largest and smallest";
  static constexpr std::string_view source = "Yin et al. 2018, arXiv:1803.01498";
  static std::vector<parameter> declared();
  static result<trimmed_mean> make(const parameters& given);

  index tolerance(index senders) const override { return 2 * liars_ < senders ? liars_ : 0; }

protected:
  result<aggregate> combine_finite(std::span<const block> senders, index faulty) const override;

private:
  explicit trimmed_mean(index liars) : liars_(liars) {}

  index liars_;
};

}  // namespace echelon::aggregation
