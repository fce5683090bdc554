#pragma once

#include "algorithms/transmission/delay_model.hpp"

namespace echelon::transmission {

/// Computing and links take no time: a round takes what its messages' bytes take.
class none final : public delay_model {
public:
  static constexpr std::string_view name = "none";
  static constexpr std::string_view summary = "computing and links take no time";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<none> make(const parameters&, const delay_context&) { return none{}; }

  seconds compute(node_id, index, double, index) const override { return seconds{0}; }
  seconds link(node_id, index, direction) const override { return seconds{0}; }
  bool slow(node_id, index) const override { return false; }
  std::optional<delay_law> law(node_id) const override { return delay_law{}; }
};

}  // namespace echelon::transmission
