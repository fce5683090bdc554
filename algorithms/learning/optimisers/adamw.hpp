#pragma once

#include "algorithms/learning/optimisers/adam.hpp"

namespace echelon::learning {

/// Adam whose weight decay shrinks the weights directly, past the moments. Cost: as adam.
class adamw final : public optimiser {
public:
  static constexpr std::string_view name = "adamw";
  static constexpr std::string_view summary = "adam with decoupled weight decay";
  static constexpr std::string_view source = "Loshchilov, Hutter 2019, arXiv:1711.05101";
  static std::vector<parameter> declared() { return adam_rule::declared(0.01); }
  static result<adamw> make(const parameters& given) { return adamw{adam_rule::read(given)}; }

  index slot_count() const override { return 2; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            optimiser_state& memory) const override {
    rule_.step(state, gradient, rate, true, memory);
  }

private:
  explicit adamw(const adam_rule& rule) : rule_(rule) {}

  adam_rule rule_;
};

}  // namespace echelon::learning
