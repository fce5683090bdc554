#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/merging/matching/activation_matching.hpp"

namespace echelon::merging {

/// A peer's model as it arrived, with the weight it gets.
struct peer_model {
  index peer = 0;
  double weight = 0;
  block state;
  std::uint64_t spec_hash = 0;  ///< of the specification the peer goes by
};

/// What one peer merges in one round.
struct merge_task {
  const learning::model& network;
  const permutation_spec& spec;
  peer_model own;
  std::vector<peer_model> others;  ///< in any order
  index peers = 1;                 ///< in the whole run
  learning::batch calibration;     ///< may be empty where the rule asks for none
  std::uint64_t seed = 0;
  std::uint64_t round = 0;
  learning::math_mode math = learning::math_mode::native;
};

/// How one peer's model met the reference.
struct peer_report {
  index peer = 0;
  double kept_share = 1;             ///< of its units that kept their number
  double distance_before = 0;        ///< root mean square over the parameters, from the reference
  double distance_after = 0;         ///< the same once its units are in order
  std::vector<class_match> classes;  ///< empty where nothing was matched
};

struct merge_report {
  index reference = 0;  ///< the peer whose order the result has
  std::vector<peer_report> peers;
  /// Of the merged model, mean over the calibration samples; none where they have no labels.
  std::optional<double> calibration_loss;
};

struct merged_model {
  block state;
  /// How the own model's units went over into the merged one's: whoever keeps optimiser state
  /// gathers it by these.
  unit_orders own_orders;
  merge_report report;
};

/// A merge on its way, for whoever would rather not hold all models at once.
class merge_in_turn {
public:
  virtual ~merge_in_turn() = default;

  /// The next of the others, by peer, ascending. Errors: as merge_rule::merge.
  virtual result<void> add(peer_model other) = 0;
  /// `own`: what the own model weighs after all. `others`: what the others' weights are to be
  /// multiplied by; 1 where everybody came. Errors: as merge_rule::merge.
  virtual result<merged_model> finish(double own, double others) = 0;
};

/// How a peer makes one model of its own and its neighbours'. A policy axis: `merging.policy`. A
/// merge is a pure function of its task, whatever the order in which models arrived.
class merge_rule {
public:
  virtual ~merge_rule() = default;

  /// Errors: a peer with another specification, state that is not finite, weights that do not add
  /// up to 1, calibration data that are too few. Every sentence names the peer.
  virtual result<merged_model> merge(const merge_task& task) const = 0;

  /// The same merge of models that come one after another: `task` has none of them yet. Rules that
  /// must see all of them keep them until the end. The rule must outlive the merge.
  virtual std::unique_ptr<merge_in_turn> begin(merge_task task) const;

  /// True where, once before the first merge, peers along a tree put their units into their
  /// parent's order: with `adopt_order`.
  virtual bool orders_once() const { return false; }
};

using merge_rule_catalogue = catalogue<merge_rule>;
/// average, dimat, dimat-paper, sync, zipit, ot-fusion.
const merge_rule_catalogue& merge_rules();

}  // namespace echelon::merging
