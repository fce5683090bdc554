#pragma once

#include <vector>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/matching/correlation.hpp"
#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// How units are matched.
struct match_options {
  similarity kind = similarity::pearson;
  /// Weight of the units' weight products, scaled to 1, beside their likeness: it decides between
  /// equals, such as units that never fire. 0: none.
  double tie_break = 1e-6;
  /// Added to the likeness of units that already have the same number.
  double identity_bonus = 0;
  learning::math_mode math = learning::math_mode::native;
};

/// What the matching of one class came to.
struct class_match {
  double likeness = 0;       ///< mean over the matched pairs
  double kept_likeness = 0;  ///< mean over the pairs of the same number
  index dead_units = 0;      ///< of whichever network has more
  double gap = 0;            ///< of the assignment's certificate
};

/// The order of another network's units that makes them most like a reference's.
struct network_match {
  unit_orders orders;
  std::vector<class_match> classes;
};

/// Runs both networks over the samples in evaluation mode and pairs their units class by class.
/// Source: Saadati et al. 2024, arXiv:2404.08079; the statistics of Li et al. 2016.
/// Errors: fewer than two samples, or an assignment's.
/// Cost: a forward pass of each, 2 units^2 operations per class and value, an assignment per class;
/// the activations of one pass at a time.
result<network_match> match_activations(const learning::model& network,
                                        const permutation_spec& spec, const block& reference,
                                        const block& other, const learning::batch& samples,
                                        const match_options& options);

}  // namespace echelon::merging
