#pragma once

#include "algorithms/merging/rules/merge_rule.hpp"
#include "algorithms/merging/rules/statistics_reset.hpp"

namespace echelon::merging {

/// Whose order of units the merged model has.
enum class reference_choice : unsigned char {
  self,       ///< the merging peer's
  lowest_id,  ///< that of the lowest peer among those merged
  root        ///< that of peer 0 where it is among those merged, else the own
};

/// How the orders of several models are found.
enum class combination : unsigned char {
  star,        ///< every model is matched with the reference
  sequential,  ///< every model is matched with the running mean of those before it
  /// All pairs are matched, and one order per model agrees with as many units as can be found.
  cycle_consistent,
  merge_many  ///< every model is matched by its weights with the mean of the others, in turn
};

/// What `dimat` and its relatives decide.
struct alignment_options {
  bool match = true;        ///< else units keep their numbers
  bool by_weights = false;  ///< matched by weights, without data
  match_options matching;
  reference_choice reference = reference_choice::self;
  combination combine = combination::star;
  statistics_reset reset_before = statistics_reset::none;  ///< for matching alone
  statistics_reset reset_after = statistics_reset::none;
  bool repair = false;  ///< of layers without a norm, which measures statistics, too
};

/// What `average`, `dimat` and `sync` have in common: matching, the weighted sum in ascending order
/// of peers, statistics, and the report.
class aligned_rule : public merge_rule {
public:
  result<merged_model> merge(const merge_task& task) const override;
  /// Of the models no more than one neighbour's is held at once, beside the own and a sum in
  /// double; with a neighbour for reference that one, too. `combine` = cycle-consistent or
  /// merge-many and `repair` need all.
  std::unique_ptr<merge_in_turn> begin(merge_task task) const override;

protected:
  explicit aligned_rule(const alignment_options& options) : options_(options) {}

private:
  alignment_options options_;
};

/// The whole of such a merge.
result<merged_model> merge_aligned(const merge_task& task, const alignment_options& options);

/// The own model with its units in another's order: the same function, in the other's gauge.
/// Errors: as match_activations.
result<merged_model> adopt_order(const merge_task& task, const match_options& options);

}  // namespace echelon::merging
