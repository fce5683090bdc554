#pragma once

#include "algorithms/learning/optimiser.hpp"

namespace echelon::learning {

/// The constants of Adam's moments.
struct adam_rule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;

  static std::vector<parameter> declared(double weight_decay);
  static adam_rule read(const parameters& given);
  /// One step with the bias-corrected moments in two slots. The decay joins the gradient, or,
  /// `decoupled`, shrinks the weights themselves by rate times weight_decay.
  void step(block_builder& state, const block_builder& gradient, double rate, bool decoupled,
            optimiser_state& memory) const;
};

/// Adam: steps of the mean gradient over the root of the mean square, both bias-corrected running
/// means. Cost: one pass, two slots.
class adam final : public optimiser {
public:
  static constexpr std::string_view name = "adam";
  static constexpr std::string_view summary = "adaptive moments, weight decay as an L2 penalty";
  static constexpr std::string_view source = "Kingma, Ba 2015, arXiv:1412.6980";
  static std::vector<parameter> declared() { return adam_rule::declared(0.0); }
  static result<adam> make(const parameters& given) { return adam{adam_rule::read(given)}; }

  index slot_count() const override { return 2; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            optimiser_state& memory) const override {
    rule_.step(state, gradient, rate, false, memory);
  }

private:
  explicit adam(const adam_rule& rule) : rule_(rule) {}

  adam_rule rule_;
};

}  // namespace echelon::learning
