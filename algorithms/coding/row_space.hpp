#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// The generic incremental decoder: rows of any encoding arrive one by one, and it knows whether
/// the plain sum over all parts lies in their span, and with which weights. Parts that arrive alone
/// are set aside; for the others an orthonormal basis of the rows is kept, by two passes of
/// Gram-Schmidt. Nothing is inverted: weights come by back-substitution. Cost: a row with r rows
/// before it O(r K), and O(r D) where the D parts it holds are in no row before it; a part that
/// turns up alone after rows that hold it rebuilds the basis. Source: Echelon's, specification 2.5.
class row_space {
public:
  explicit row_space(index parts);

  void add(std::span<const coded_part> row);
  /// Adds the row e_k of one part.
  void add_part(index part);
  index rows() const { return std::ssize(rows_); }

  /// Whether the sum over all parts can be had, but for rounding.
  bool spans_sum() const;
  /// Weights, one per row in the order of arrival; where the sum is not in the span, those whose
  /// combination comes nearest to it (least squares), with `exact` false.
  decoding combine() const;
  /// Parts which, with these coefficients, would complete the sum: the fewest, found greedily.
  std::vector<coded_part> missing() const;

private:
  /// A unit vector of the basis, 0 before `first`, and how the row it came from is made of the
  /// basis: the products with the earlier vectors, then with itself.
  struct direction {
    index row;
    index first;
    std::vector<double> values;
    std::vector<double> products;
    double sum_share;  ///< its product with the all-ones vector
  };

  void keep_alone(const coded_part& only);
  void extend(index row);
  void rebuild();

  index parts_;
  std::vector<std::vector<coded_part>> rows_;
  std::vector<index> alone_;  ///< per part, the row that holds nothing else; or -1
  index open_;                ///< parts that are not alone
  std::vector<direction> basis_;
  std::vector<double> rest_;  ///< of the all-ones vector over open parts, beside the span
};

}  // namespace echelon::coding
