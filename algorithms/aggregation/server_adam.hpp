#pragma once

#include "algorithms/aggregation/server_moments.hpp"

namespace echelon::aggregation {

/// FedAdam: v = beta2 v + (1 - beta2) g^2. Cost: one pass, two slots.
class server_adam final : public learning::optimiser {
public:
  static constexpr std::string_view name = "adam";
  static constexpr std::string_view
      summary = "adaptive server: the mean square decays towards the newest change";
  static constexpr std::string_view source = "Reddi et al. 2021, arXiv:2003.00295";
  static std::vector<parameter> declared() { return server_moments::declared(); }
  static result<server_adam> make(const parameters& given) {
    return server_adam{server_moments::read(given)};
  }

  index slot_count() const override { return 2; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            learning::optimiser_state& memory) const override {
    moments_.step(state, gradient, rate, server_moments::follow::adam, memory);
  }

private:
  explicit server_adam(const server_moments& moments) : moments_(moments) {}

  server_moments moments_;
};

}  // namespace echelon::aggregation
