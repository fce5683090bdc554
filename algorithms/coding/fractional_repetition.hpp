#pragma once

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// Groups of s+1 replicas send the same plain sum; one answer per group is enough, so that up to N
/// - N/(s+1) stragglers are survived when they fall well. Shapes: s+1 divides N; the N/(s+1) groups
/// divide K. Group g is senders g(s+1) ... g(s+1)+s. Cost: K(s+1)/N parts a sender; decoding adds
/// one message per group. Source: Tandon et al., "Gradient Coding", ICML 2017, arXiv:1612.03301.
class fractional_repetition final : public fixed_code {
public:
  static constexpr std::string_view name = "fractional-repetition";
  static constexpr std::string_view
      summary = "groups of s+1 replicas; decodes as soon as every group has one answer";
  static constexpr std::string_view source = "Tandon et al. 2017, arXiv:1612.03301";
  static std::vector<parameter> declared() { return {}; }
  static result<fractional_repetition> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  /// Of the replicas of a group that arrived, the lowest-numbered one represents it.
  result<decoding> decode(std::span<const index> arrived) const override;
  bool order_free() const override { return true; }

private:
  explicit fractional_repetition(const code_shape& shape);
  index groups() const { return shape_.senders / (shape_.stragglers + 1); }
  index group_of(index sender) const { return sender / (shape_.stragglers + 1); }

  code_shape shape_;
  std::vector<coded_part> parts_;
};

}  // namespace echelon::coding
