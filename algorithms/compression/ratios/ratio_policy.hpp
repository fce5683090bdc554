#pragma once

#include <span>
#include <vector>

#include "algorithms/base/catalogue.hpp"

namespace echelon::compression {

/// The length of what a sender compressed, in its last round and in the one before; negative: it
/// has not sent so often.
struct norm_history {
  double last = -1;
  double before = -1;

  bool operator==(const norm_history&) const = default;
};

/// What a ratio policy divides, and all it may know of those it divides it among. Whatever has one
/// value a sender is in their order; histories, divergences and traffic may be empty: unknown.
struct ratio_problem {
  std::vector<double> weights;  ///< p_i: shares of all data; they add up to 1, and may be 0
  double mean = 0.01;           ///< ratio, sent / total, of all senders together
  double floor = 0;             ///< least ratio of a sender; at most `mean`
  double cap = 1;
  std::vector<double> divergences = {};  ///< zeta_i: |grad f_i| at the end, or what stands for it
  std::vector<double> traffic = {};      ///< a_i: mean magnitude of a gradient's coordinate
  std::vector<norm_history> histories = {};

  index senders() const { return std::ssize(weights); }
};

/// A figure that a policy makes as small as it can, by the name papers give it.
struct objective_value {
  std::string_view name;
  double value = 0;
};

/// How one budget is divided among senders: a pure function of the problem. What happens from round
/// to round, integers, debts and thresholds' traffic are the `budget_manager`'s.
class ratio_policy {
public:
  virtual ~ratio_policy() = default;

  /// One ratio a sender.
  virtual std::vector<double> ratios(const ratio_problem& problem) const = 0;
  /// Thresholds in units of the mean threshold, for absolute compressors: inverse to the ratios.
  virtual std::vector<double> thresholds(const ratio_problem& problem) const;
  /// How traffic changes with a threshold: ratio ~ threshold^exponent.
  virtual double traffic_exponent() const { return -1; }
  /// Its objective at any ratios, or at any thresholds in units of their mean where it gives these
  /// alone.
  virtual objective_value objective(const ratio_problem& problem,
                                    std::span<const double> efforts) const;

  /// Whether only absolute compressors can follow it.
  virtual bool thresholds_only() const { return false; }
  /// Whether ratios have the mean asked for in each round; else the manager sees to it over time,
  /// where `held_to_budget`.
  virtual bool keeps_mean() const { return true; }
  virtual bool held_to_budget() const { return true; }
  /// Whether it answers otherwise once divergences or traffic are known.
  virtual bool wants_divergences() const { return false; }
  virtual bool wants_traffic() const { return false; }
};

using ratio_policy_ptr = std::shared_ptr<const ratio_policy>;
using ratio_catalogue = catalogue<ratio_policy>;

/// `compression.ratios`: uniform, dagc-r, dagc-r-paper, dagc-r-phi, dagc-a, accordion.
const ratio_catalogue& ratio_policies();

}  // namespace echelon::compression
