#pragma once

#include "algorithms/coding/dynamic/stage_choice.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// Two-stage dynamic partial gradient coding: some senders begin with all parts, uncoded; at a
/// deadline only what is missing is dealt, coded, to those who have finished and to those who have
/// not begun. Interrupted senders answer about the parts they have, and go on with the rest, which
/// may still arrive first. When more helpers are lost than the second stage survives, a third one
/// follows by the same rule, and so on; nobody straggles: there is no second stage. Stragglers need
/// no allowance beforehand, so `stragglers` is 0. Who begins, the deadline and the redundancy are
/// settled by `choose`, from the histories. Shapes: any; every sender must be able to compute every
/// part (shared storage). Cost: K parts in all, and R (s2 + 1) for R missing ones; a message per
/// beginner, and one per helper. Source: the scheme's idea is that of Wang et al.,
/// arXiv:2205.07939, of which no more than the abstract could be read; every formula is Echelon's
/// reconstruction, specification 7.
class two_stage final : public gradient_code {
public:
  static constexpr std::string_view name = "two-stage";
  static constexpr std::string_view
      summary = "uncoded until a deadline; then the missing parts, coded, to those who are free";
  static constexpr std::string_view source = "after Wang et al. 2022, arXiv:2205.07939 "
                                             "(reconstruction from its abstract)";
  static std::vector<parameter> declared();
  static result<two_stage> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  /// Nothing: the first stage is ordered when a round opens.
  std::span<const coded_part> work(index) const override { return {}; }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  bool streams() const override { return true; }
  /// Plain sums are safe; coefficients settled within a round are not known beforehand, and half
  /// precision is refused where there may be any.
  double amplification_worst() const override { return given_.stragglers == 0 ? 1 : coded_worst; }
  /// At rounds 1, 2, 4, 8, ... while little is known, then regularly.
  bool chooses_at(index round) const override;
  /// s2, T1, then the shares of the first stage.
  std::vector<double> choose(const round_outlook& outlook) const override;

private:
  two_stage(const code_shape& shape, const stage_settings& given, index reconsider_every)
      : shape_(shape), given_(given), reconsider_every_(reconsider_every) {}
  stage_choice choice_for(const round_outlook& outlook) const;

  /// About the worst that was seen, with up to 3 of 9 helpers silent.
  static constexpr double coded_worst = 100;

  code_shape shape_;
  stage_settings given_;
  index reconsider_every_;
};

}  // namespace echelon::coding
