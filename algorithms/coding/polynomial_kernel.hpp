#pragma once

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// The polynomial code over arbitrary supports, and its closed-form decoder: any s absent senders
/// are survived, without a linear system anywhere.
///
/// Sender i has the node x_i. Column k, held by the s+1 senders W, has B[i][k] = 1 / prod (x_i -
/// x_l) over the other l in W: a divided difference, which takes a monic polynomial of degree s
/// to 1. So a_i = p(x_i) decodes for every monic p of degree s that vanishes at the absent nodes;
/// with fewer than s absent, the one of least noise amplification is found by the three-term
/// recurrence of orthogonal polynomials. Rows are scaled to norm 1, so that messages are of one
/// magnitude. Cost: encoding O(K s^2) once; a decode O(N s), its check O(K s). Source: Raviv et al.
/// 2020 for polynomials in gradient coding; the minimum-amplification decode is Echelon's.
class polynomial_kernel {
public:
  /// `nodes` are distinct; `holders[k]` are the s+1 senders of column k, ascending.
  polynomial_kernel(std::vector<double> nodes, std::span<const std::vector<index>> holders);

  index senders() const { return std::ssize(nodes_); }
  index columns() const { return columns_; }
  /// Columns ascending.
  std::span<const coded_part> row(index sender) const;
  /// Errors: fewer than N - s arrived; or rounding spoilt the sums, which only extreme shapes can
  /// bring about.
  result<decoding> decode(std::span<const index> arrived) const;

private:
  std::vector<double> weights(std::span<const index> arrived) const;

  std::vector<double> nodes_;
  index columns_;
  index stragglers_;
  std::vector<std::vector<coded_part>> rows_;
  std::vector<double> norms_;  ///< of the rows before they were scaled
};

/// The N Chebyshev points 2 cos(pi (2 m + 1) / (2 N)), from the greatest to the least.
std::vector<double> chebyshev_points(index count);

/// 1 / prod (nodes[holders[i]] - nodes[holders[j]]) over j != i, for every i: a column of B.
std::vector<double> divided_difference(std::span<const double> nodes,
                                       std::span<const index> holders);

}  // namespace echelon::coding
