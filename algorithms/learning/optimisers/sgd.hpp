#pragma once

#include "algorithms/learning/optimiser.hpp"

namespace echelon::learning {

/// Plain gradient descent: x -= rate (g + weight_decay x). Cost: one pass, no memory.
class sgd final : public optimiser {
public:
  static constexpr std::string_view name = "sgd";
  static constexpr std::string_view summary = "plain gradient descent";
  static constexpr std::string_view source = "Robbins, Monro 1951";
  static std::vector<parameter> declared();
  static result<sgd> make(const parameters& given);

  index slot_count() const override { return 0; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            optimiser_state& memory) const override;

private:
  explicit sgd(double weight_decay) : weight_decay_(weight_decay) {}

  double weight_decay_;
};

}  // namespace echelon::learning
