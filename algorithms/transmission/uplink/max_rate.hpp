#pragma once

#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::transmission {

/// Whoever has the best channel sends: the most bits a second, and nothing for the others.
class max_rate final : public uplink_policy {
public:
  static constexpr std::string_view name = "max-rate";
  static constexpr std::string_view summary = "the sender with the best channel";
  static constexpr std::string_view source = "Knopp, Humblet 1995 (opportunistic scheduling)";
  static std::vector<parameter> declared() { return {}; }
  static result<max_rate> make(const parameters&, const uplink_context&) { return max_rate{}; }

  void decide(const slot_view& seen, std::span<double>, slot_decision& decided) const override {
    for (std::size_t i = 0; i < seen.senders(); ++i)
      if (seen.backlog[i] > 0)
        decided.preference[i] = seen.rates[i];
  }
};

}  // namespace echelon::transmission
