#pragma once

#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::transmission {

/// Proportional fair: the channel's rate over what the sender has had lately.
class proportional final : public uplink_policy {
public:
  static constexpr std::string_view name = "proportional";
  static constexpr std::string_view summary = "the best rate relative to what a sender has had";
  static constexpr std::string_view source = "Tse 2001; Kushner, Whiting 2004";
  static std::vector<parameter> declared();
  static result<proportional> make(const parameters& given, const uplink_context& context);

  void decide(const slot_view& seen, std::span<double> memory,
              slot_decision& decided) const override;
  void sent(std::span<const double> chunks, std::span<double> memory) const override;

private:
  double window_slots_ = 100;
};

}  // namespace echelon::transmission
