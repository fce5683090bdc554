#pragma once

#include "algorithms/learning/optimiser.hpp"

namespace echelon::learning {

/// Heavy-ball momentum: v = momentum v + g, x -= rate v; with `nesterov`, x -= rate (g + momentum
/// v). g includes weight_decay x. Cost: one pass, one slot.
class momentum final : public optimiser {
public:
  static constexpr std::string_view name = "momentum";
  static constexpr std::string_view
      summary = "gradient descent with heavy-ball or Nesterov momentum";
  static constexpr std::string_view source = "Polyak 1964; Sutskever et al. 2013";
  static std::vector<parameter> declared();
  static result<momentum> make(const parameters& given);

  index slot_count() const override { return 1; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            optimiser_state& memory) const override;

private:
  momentum() = default;

  double momentum_ = 0;
  double weight_decay_ = 0;
  bool nesterov_ = false;
};

}  // namespace echelon::learning
