#include "algorithms/merging/rules/dimat.hpp"

namespace echelon::merging {

std::vector<parameter> dimat::declared() {
  return {
      {.name = "similarity",
       .kind = value_kind::text,
       .fallback = "pearson",
       .summary = "what units are matched by; weights needs no calibration data",
       .choices = {"pearson", "cosine", "inner", "weights"}},
      {.name = "reference",
       .kind = value_kind::text,
       .fallback = "self",
       .summary = "whose order of units the merged model has: the own, that of the lowest peer "
                  "merged, or peer 0's where it is merged",
       .choices = {"self", "lowest-id", "root"}},
      {.name = "combine",
       .kind = value_kind::text,
       .fallback = "star",
       .summary = "neighbours are matched with the reference, one after another with the mean so "
                  "far, all with all so that cycles of matches close, or by weights each with the "
                  "mean of the others (merge-many)",
       .choices = {"star", "sequential", "cycle-consistent", "merge-many"}},
      tie_break_parameter(1e-6),
      {.name = "identity_bonus",
       .kind = value_kind::number,
       .fallback = 0.0,
       .summary = "added to the likeness of units of the same number",
       .least = 0},
      {.name = "bn_reset_before",
       .kind = value_kind::flag,
       .fallback = false,
       .summary =
           "measure batch norm's statistics on the calibration samples before matching, too"},
      bn_reset_parameter("cumulative"),
      {.name = "repair",
       .kind = value_kind::flag,
       .fallback = false,
       .summary = "give units without a norm the mean and deviation their parents had"},
  };
}

result<dimat> dimat::make(const parameters& given) {
  const std::string& reference = given.text("reference");
  const std::string& combine = given.text("combine");
  alignment_options options;
  options.by_weights = given.text("similarity") == "weights";
  options.matching = {.kind = read_similarity(given),
                      .tie_break = given.number("tie_break"),
                      .identity_bonus = given.number("identity_bonus")};
  options.reference = reference == "lowest-id" ? reference_choice::lowest_id
                      : reference == "root"    ? reference_choice::root
                                               : reference_choice::self;
  options.combine = combine == "sequential"         ? combination::sequential
                    : combine == "cycle-consistent" ? combination::cycle_consistent
                    : combine == "merge-many"       ? combination::merge_many
                                                    : combination::star;
  if (options.combine == combination::merge_many && !options.by_weights)
    return given.refuse("combine", "merge-many matches by weights alone; say similarity = "
                                   "\"weights\", too");
  options.reset_after = read_bn_reset(given);
  options.reset_before = given.flag("bn_reset_before") ? statistics_reset::cumulative
                                                       : statistics_reset::none;
  options.repair = given.flag("repair");
  return dimat{options};
}

}  // namespace echelon::merging
