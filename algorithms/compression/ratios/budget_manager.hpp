#pragma once

#include <limits>
#include <optional>

#include "algorithms/compression/compressor.hpp"
#include "algorithms/compression/ratios/message_cost.hpp"
#include "algorithms/compression/ratios/ratio_policy.hpp"
#include "algorithms/compression/ratios/ratio_state.hpp"

namespace echelon::compression {

/// Nothing passes it; compressors hold thresholds as floats.
inline constexpr double threshold_most = std::numeric_limits<float>::max();

/// What one hop may send: its senders, their vectors, and the budget they share.
struct budget_terms {
  std::vector<double> volumes;  ///< data of each sender, in any unit; 0: an empty one
  double budget = 0.01;  ///< mean cost of a message over a whole vector's; above 1: everything
  message_cost cost;     ///< also says how long the vectors are
  compressor_kind kind = compressor_kind::relative;
  /// The least ratio of a sender; nullopt: max(1e-5, one coordinate), but no more than a tenth of
  /// the mean, since remainders are carried over rounds.
  std::optional<double> floor = std::nullopt;
  double cap = 1;
  /// Absolute compressors: this mean threshold for good, whatever traffic it makes.
  std::optional<double> threshold = std::nullopt;
  double threshold_start = 0;  ///< where the controller starts; 0: from a budget's largest values
  index rounds = 0;            ///< of the whole run; 0: unknown
};

/// What a sender's message of one round showed. What is unknown stays empty.
struct sender_observation {
  bool sent = false;             ///< false: nothing of it was used; its share is forfeited
  std::int64_t coordinates = 0;  ///< values sent
  double bits = 0;               ///< of its payload
  double norm = 0;               ///< of the gradient or delta, before feedback
  std::optional<double> drift = std::nullopt;  ///< |running mean of gradients|_1 / length
  std::optional<double> divergence_square = std::nullopt;  ///< estimate of |grad f_i|^2
};

/// Turns a ratio policy into efforts, round by round, so that what is really spent meets the budget
/// over time: by integers whose remainders are carried over, by paying debts, and for absolute
/// compressors by moving the mean threshold. Immutable; what changes is a `ratio_state`.
class budget_manager {
public:
  /// Errors: bad_input where volumes are none or not finite, or where the budget, floor or cap do
  /// not fit; not_supported where the policy gives thresholds and the compressor takes none.
  static result<budget_manager> make(ratio_policy_ptr policy, budget_terms terms);

  ratio_state begin() const;
  /// One effort a sender for the next round; books what it is expected to cost. Cost: O(n log n)
  /// and, where ratios depend on what was observed, the policy's.
  std::vector<effort> efforts(ratio_state& state) const;
  /// Books what one round really cost; call it once for each call of `efforts`.
  void observe(std::span<const sender_observation> seen, ratio_state& state) const;
  /// Squares of |grad f_i|, one a sender, as somebody estimated them; they may be negative.
  void observe_divergences(std::span<const double> squares, ratio_state& state) const;

  const ratio_policy& policy() const { return *policy_; }
  const budget_terms& terms() const { return terms_; }
  index senders() const { return problem_.senders(); }
  /// The policy's ratios, or thresholds in units of their mean, for what is known by now.
  std::vector<double> ratios(const ratio_state& state) const;
  std::vector<double> relative_thresholds(const ratio_state& state) const;
  /// The problem as the policy sees it by now.
  ratio_problem problem(const ratio_state& state) const;
  /// What all senders may spend in a round, cost units.
  double round_budget() const;

private:
  budget_manager(ratio_policy_ptr policy, budget_terms terms);

  double mean_ratio_for(ratio_problem problem) const;
  void hold_mean(std::span<double> ratios, ratio_state& state) const;
  std::vector<std::int64_t> spend(ratio_state& state) const;
  std::vector<effort> first_thresholds(ratio_state& state) const;
  std::vector<effort> capped_thresholds(ratio_state& state) const;
  std::vector<effort> given_thresholds(const ratio_state& state) const;
  double rounds_left(const ratio_state& state) const;
  double drift_start(const ratio_state& state) const;
  void remember(std::span<const sender_observation> seen, ratio_state& state) const;
  double cost_of(const sender_observation& seen) const;
  double spent_share(std::span<const sender_observation> seen, const ratio_state& state) const;

  ratio_policy_ptr policy_;
  budget_terms terms_;
  ratio_problem problem_;
  std::vector<double> ratios_, thresholds_;  ///< where nothing that is observed changes them
};

}  // namespace echelon::compression
