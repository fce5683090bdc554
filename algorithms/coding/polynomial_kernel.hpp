#pragma once

#include <complex>

#include "algorithms/coding/code_round.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {

/// The polynomial code over arbitrary supports, and its closed-form decoder: any s absent senders
/// are survived, without a linear system anywhere.
///
/// Sender i has the node x_i. A support held by the s+1 senders W has the coefficients B[i] = 1 /
/// prod (x_i - x_l) over the other l in W: a divided difference, which takes a monic polynomial of
/// degree s to 1. So a_i = p(x_i) decodes for every monic p of degree s that vanishes at the absent
/// nodes; with fewer than s absent, the one of least noise amplification is found by a recurrence
/// of orthogonal polynomials: Stieltjes's for real nodes, Szego's for complex ones, which must lie
/// on the unit circle. Rows are scaled to norm 1, so that messages are of one magnitude. Cost:
/// encoding O(supports s^2) once; a decode O(N s), its check O(supports s). Source: Raviv et al.
/// 2020 for polynomials in gradient coding; the minimum-amplification decode is Echelon's.
template <class Scalar>
class polynomial_kernel {
public:
  struct entry {
    index support;
    Scalar coefficient;
  };
  struct combination {
    std::vector<Scalar> weights;  ///< one per answer
    double residual;
    double amplification;
  };

  /// `nodes` are distinct, one a sender; every support has s+1 holders among these.
  polynomial_kernel(std::vector<Scalar> nodes, std::span<const support> supports);

  index senders() const { return std::ssize(nodes_); }
  index stragglers() const { return stragglers_; }
  /// Supports ascending.
  std::span<const entry> row(index sender) const;
  /// Errors: fewer than N - s arrived (ascending); or rounding spoilt the sums, which only extreme
  /// shapes can bring about.
  result<combination> decode(std::span<const index> arrived) const;

private:
  std::vector<Scalar> weights(std::span<const index> arrived) const;

  std::vector<Scalar> nodes_;
  std::vector<index> sizes_;  ///< parts of each support
  index parts_ = 0;
  index stragglers_;
  std::vector<std::vector<entry>> rows_;
  std::vector<double> norms_;  ///< of the rows before they were scaled
};

extern template class polynomial_kernel<double>;
extern template class polynomial_kernel<std::complex<double>>;

/// The N Chebyshev points 2 cos(pi (2 m + 1) / (2 N)), from the greatest to the least.
std::vector<double> chebyshev_points(index count);

/// The N-th roots of unity, counter-clockwise from 1.
std::vector<std::complex<double>> unit_roots(index count);

}  // namespace echelon::coding
