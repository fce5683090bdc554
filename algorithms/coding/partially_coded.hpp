#pragma once

#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

/// Partial stragglers: every sender first answers for parts of its own, without redundancy, and
/// then for coded ones. A round needs all first answers and those second ones that the code asks
/// for, so that s senders may be slower than the others, as far as their private parts allow, but
/// none may fail: the shape tolerates no absentee. Shapes: at least one coded part; any N and s.
/// Units: `private_share` is the share of all parts that are private. Cost: two messages a sender;
/// K/N private and K(s+1)/N coded parts of the respective K. Source: Tandon et al., "Gradient
/// Coding", ICML 2017, arXiv:1612.03301, section on partial stragglers, with the coefficients of
/// `polynomial`.
class partially_coded final : public gradient_code {
public:
  static constexpr std::string_view name = "partially-coded";
  static constexpr std::string_view
      summary = "private parts first, coded ones after; s senders may be slow, none may fail";
  static constexpr std::string_view
      source = "Tandon et al. 2017, arXiv:1612.03301; Echelon (coefficients)";
  static std::vector<parameter> declared();
  static result<partially_coded> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override { return private_.work(sender); }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  double amplification_worst() const override {
    return amplification(second_->amplification_worst());
  }

  const gradient_code& second() const { return *second_; }
  index private_parts() const { return private_.shape().parts; }
  /// Of all parts, where the coded ones alone have this one.
  double amplification(double of_coded) const;

private:
  partially_coded(const code_shape& shape, uncoded first, gradient_code_ptr second)
      : shape_(shape), private_(std::move(first)), second_(std::move(second)) {}

  code_shape shape_;
  uncoded private_;           ///< over the first parts
  gradient_code_ptr second_;  ///< over the others, counted from 0
};

}  // namespace echelon::coding
