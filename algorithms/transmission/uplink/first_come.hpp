#pragma once

#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::transmission {

/// Bits leave in the order in which they came, whoever sent them.
class first_come final : public uplink_policy {
public:
  static constexpr std::string_view name = "fifo";
  static constexpr std::string_view summary = "first come, first served";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<first_come> make(const parameters&, const uplink_context&) { return first_come{}; }

  void decide(const slot_view& seen, std::span<double>, slot_decision& decided) const override {
    for (std::size_t i = 0; i < seen.senders(); ++i)
      if (seen.backlog[i] > 0)
        decided.preference[i] = -static_cast<double>(seen.since[i]);
  }
};

}  // namespace echelon::transmission
