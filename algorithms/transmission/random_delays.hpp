#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/transmission/delay_model.hpp"

namespace echelon::transmission {

/// How fast one node and its link to its parent are.
struct node_speed {
  double compute_shift_s = 0;     ///< for one part
  double compute_rate_per_s = 0;  ///< parts a second of the exponential share; 0: it takes no time
  double link_down_s = 0;         ///< for one try
  double link_up_s = 0;
  double link_loss = 0;  ///< probability that a try fails
};

/// Shifted exponential computing times and geometric retransmissions, by node. When nodes are slow
/// is another matter: see slowed_delays. Source: the run-time model customary in coded learning
/// (specification 5.1).
class random_delays {
public:
  /// worker, workers, edge, edges.
  static std::vector<parameter> declared();
  static result<random_delays> make(const parameters& given, const delay_context& context);

  seconds compute(node_id worker, index round, double parts, index task) const;
  seconds link(node_id node, index round, direction way) const;
  /// Of a node that is never slow.
  delay_law law(node_id node) const;
  /// The stream of environment draws for one purpose of a node in a round.
  random_stream draws(std::string_view purpose, node_id node, index round, index task = 0) const;

private:
  const node_speed& speed(node_id node) const;

  std::vector<node_speed> workers_;
  std::vector<node_speed> edges_;
  std::uint64_t seed_ = 0;
};

/// The keys of `slow`: those of a rule, which all have defaults, and `factor`.
std::vector<parameter> slow_keys(std::vector<parameter> of_rule);
/// `slow` itself, described by its keys.
parameter slow_table(std::span<const parameter> keys);

/// random_delays in which a node is slow in the rounds its rule says. Slow rules are values with
/// the statics of a policy, `declared()` for the keys of `slow`, and
///   bool slow(const random_delays&, node_id, index round) const
/// and its probability in any one round, double slow_probability() const.
template <class Rule>
class slowed_delays final : public delay_model {
public:
  static constexpr std::string_view name = Rule::name;
  static constexpr std::string_view summary = Rule::summary;
  static constexpr std::string_view source = Rule::source;
  static std::vector<parameter> declared() {
    auto keys = random_delays::declared();
    keys.push_back(slow_table(slow_keys(Rule::declared())));
    return keys;
  }

  static result<slowed_delays> make(const parameters& given, const delay_context& context) {
    slowed_delays made;
    ECHELON_TRY(const parameters slow, given.nested("slow", slow_keys(Rule::declared())));
    ECHELON_TRY(made.rule_, Rule::make(slow));
    ECHELON_TRY(made.delays_, random_delays::make(given, context));
    made.factor_ = slow.number("factor");
    return made;
  }

  seconds compute(node_id worker, index round, double parts, index task) const override {
    return factor(worker, round) * delays_.compute(worker, round, parts, task);
  }
  /// A slow worker's link is as fast as ever; a slow edge is nothing but a slow link.
  seconds link(node_id node, index round, direction way) const override {
    const seconds time = delays_.link(node, round, way);
    return node.kind == role::edge ? factor(node, round) * time : time;
  }
  bool slow(node_id node, index round) const override { return rule_.slow(delays_, node, round); }
  std::optional<delay_law> law(node_id node) const override {
    delay_law known = delays_.law(node);
    known.slow_probability = rule_.slow_probability();
    known.slow_factor = factor_;
    return known;
  }

private:
  double factor(node_id node, index round) const { return slow(node, round) ? factor_ : 1.0; }

  random_delays delays_;
  Rule rule_;
  double factor_ = 1;
};

}  // namespace echelon::transmission
