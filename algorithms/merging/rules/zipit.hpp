#pragma once

#include "algorithms/merging/matching/unit_zipping.hpp"
#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// Joins units that respond alike, within models as well as across them, until one model's number
/// is left: groups put out the mean of their units, weighted as their peers are, and readers of any
/// of these read the group.
///
/// Reconstructions: neighbours' units are first put into the own order as `dimat` does, so that of
/// equals those of the same number are joined, and units that never vary count as alike to those of
/// their number; means are weighted; groups have the numbers of the own units in them; classes
/// whose units form groups of their own, behind a group norm or in grouped convolutions, stay with
/// the first matching. Partial zips, which keep separate heads from some layer on, are for models
/// of different tasks: peers share theirs, and every model has one head.
class zipit final : public merge_rule {
public:
  static constexpr std::string_view name = "zipit";
  static constexpr std::string_view
      summary = "units that respond alike are joined, within models as well as across them";
  static constexpr std::string_view source = "Stoica et al. 2024, arXiv:2305.03053";
  static std::vector<parameter> declared();
  static result<zipit> make(const parameters& given);

  result<merged_model> merge(const merge_task& task) const override;

private:
  zipit(const zip_options& zipping, double tie_break, statistics_reset reset_after)
      : zipping_(zipping), tie_break_(tie_break), reset_after_(reset_after) {}

  zip_options zipping_;
  double tie_break_;
  statistics_reset reset_after_;
};

}  // namespace echelon::merging
