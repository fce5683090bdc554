#pragma once

#include <memory>
#include <span>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/catalogue.hpp"

namespace echelon::aggregation {

/// One value for many, and how much each of them is part of it.
struct aggregate {
  block_builder value;
  std::vector<double> shares;  ///< add up to 1; coordinate-wise rules: over all coordinates
};

/// How the vectors of several senders become one, though some may be arbitrary. A policy axis:
/// `aggregation.policy`. Source of the notions: Yin et al. 2018; Blanchard et al. 2017.
///
/// Shapes: all vectors of one length and precision. Whoever is not finite counts as faulty and has
/// no share. Permuting the senders permutes the shares and changes nothing else.
class robust_aggregation {
public:
  virtual ~robust_aggregation() = default;
  /// How many of so many senders may send anything at all while the result stays as near to the
  /// others as the rule promises; 0: one liar can put the result where it likes.
  virtual index tolerance(index senders) const = 0;
  /// Errors: too few senders, or too many that are not finite, for what the rule was set to stand.
  result<aggregate> combine(std::span<const block> senders) const;

protected:
  /// Of finite vectors, at least one, of which that many others were none.
  virtual result<aggregate> combine_finite(std::span<const block> senders, index faulty) const = 0;
};

using robust_aggregation_ptr = std::shared_ptr<const robust_aggregation>;
using robust_catalogue = catalogue<robust_aggregation>;
/// mean, median, trimmed-mean, krum, multi-krum, geometric-median.
const robust_catalogue& robust_aggregations();

/// The sum of shares times vectors, in double and in order; who has share 0 is not touched.
block_builder weighted_sum(std::span<const block> senders, std::span<const double> shares);

/// |a - b|^2, in double and in order.
double squared_distance(const block& a, const block& b);

}  // namespace echelon::aggregation
