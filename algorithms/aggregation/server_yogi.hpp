#pragma once

#include "algorithms/aggregation/server_moments.hpp"

namespace echelon::aggregation {

/// FedYogi: v -= (1 - beta2) g^2 sign(v - g^2), so that v never falls fast. Cost: one pass, two
/// slots.
class server_yogi final : public learning::optimiser {
public:
  static constexpr std::string_view name = "yogi";
  static constexpr std::string_view
      summary = "adaptive server: the mean square follows the newest change by bounded steps";
  static constexpr std::string_view source = "Reddi et al. 2021, arXiv:2003.00295";
  static std::vector<parameter> declared() { return server_moments::declared(); }
  static result<server_yogi> make(const parameters& given) {
    return server_yogi{server_moments::read(given)};
  }

  index slot_count() const override { return 2; }
  void step(block_builder& state, const block_builder& gradient, double rate,
            learning::optimiser_state& memory) const override {
    moments_.step(state, gradient, rate, server_moments::follow::yogi, memory);
  }

private:
  explicit server_yogi(const server_moments& moments) : moments_(moments) {}

  server_moments moments_;
};

}  // namespace echelon::aggregation
