#pragma once

#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::transmission {

/// Drift plus penalty with a perturbed Lyapunov function: maximises the sum of w phi(average
/// admitted) while backlogs Q stay bounded. A second queue H per sender holds what fairness owes
/// it; the perturbation theta = b_max keeps Q so high that whoever is granted a slot fills it.
///
/// phi is log(1 + r), or (1 + r)^(1 - alpha) / (1 - alpha). Units: chunks and chunks a slot.
/// Guarantees, in every slot, whatever comes: H <= V w + gamma_max; Q <= theta + V w + gamma_max +
/// A_max; nothing granted is wasted before the last bits of a message, where theta becomes 0 so
/// that they leave. Utility is within O(1/V) of the best. Source: drift plus penalty is Neely's
/// (2010); its use here is a reconstruction (specification 8).
class lyapunov final : public uplink_policy {
public:
  static constexpr std::string_view name = "lyapunov";
  static constexpr std::string_view
      summary = "perturbed drift plus penalty: fair admission, bounded queues, no grant wasted";
  static constexpr std::string_view
      source = "Neely 2010; for gradients a reconstruction of the two-stage paper's controller";
  static std::vector<parameter> declared();
  static result<lyapunov> make(const parameters& given, const uplink_context& context);

  void decide(const slot_view& seen, std::span<double> memory,
              slot_decision& decided) const override;
  double utility(double average) const override;

  /// What the guarantees say for a sender of weight w that can be granted `grant_most` chunks.
  double virtual_queue_most(double weight) const { return v_ * weight + gamma_most_; }
  double backlog_most(double weight, double grant_most) const;

private:
  /// gamma: the argument at which V w phi(gamma) - H gamma is largest.
  double auxiliary(double weight, double owed) const;

  double v_ = 1;
  double gamma_most_ = 1;
  double arrival_most_ = 1;
  double alpha_ = 1;
  bool perturbed_ = true;
};

}  // namespace echelon::transmission
