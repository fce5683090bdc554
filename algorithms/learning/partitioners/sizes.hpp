#pragma once

#include <optional>

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Part i gets samples in proportion to sizes[i]: exactly so many where the sizes add up to all
/// samples.
class sizes final : public partitioner {
public:
  static constexpr std::string_view name = "sizes";
  static constexpr std::string_view summary = "shares in proportion to a list";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<sizes> make(const parameters& given);

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  sizes(std::vector<double> weights, std::optional<double> alpha)
      : weights_(std::move(weights)), alpha_(alpha) {}

  std::vector<double> weights_;
  std::optional<double> alpha_;
};

}  // namespace echelon::learning
