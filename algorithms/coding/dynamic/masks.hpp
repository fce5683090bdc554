#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// Late-bound masks: every part lies on s+1 senders, who compute, keep and report part by part. As
/// soon as every part is finished somewhere, few senders that together have them all are told which
/// of them to add up. One plain sum a sender, no noise amplification; which sums depends on who was
/// how far, so that worlds agree but for rounding. Should a chosen sender be lost, its parts are
/// asked of others, once they have them, and so they are should it not send them in time. Shapes:
/// any K; placement "cyclic" has exactly s+1 copies, "grouped" floor(N/(s+1)) groups that hold the
/// same parts, begun at different places. Cost: up to K(s+1)/N parts a sender, kept until the round
/// ends; one control message each way after the last part. Source: Echelon, specification 3.7.
class masks final : public gradient_code {
public:
  static constexpr std::string_view name = "masks";
  static constexpr std::string_view summary =
      "s+1 copies of every part; who adds up what is settled when all are finished somewhere";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<masks> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override {
    return rows_.at(static_cast<std::size_t>(sender));
  }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  bool streams() const override { return true; }
  bool holds() const override { return true; }

private:
  masks(const code_shape& shape, bool grouped, double patience);

  code_shape shape_;
  double patience_;
  std::vector<std::vector<coded_part>> rows_;  ///< in the order of computing
};

}  // namespace echelon::coding
