#pragma once

#include <complex>

#include "algorithms/base/matrix.hpp"
#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {

/// Messages of 1/m of a gradient's length, for which every part lies on s+m senders instead of s+1:
/// traffic is traded for computing. A gradient is cut into m complex blocks, of two real ones each;
/// any N - s answers give the sum over all parts. Shapes: s+m senders with capacity; runs of parts
/// as in `polynomial`. Units: `blocks` is m. Cost: K(s+m)/N parts a sender; decoding solves s
/// equations and combines every message that arrived.
///
/// Senders are roots of unity. A sender's coefficients for a part are values of polynomials of
/// degree N-s-1 that vanish at all who do not hold it; block u of the sum is what the u-th of m
/// fixed functionals makes of them. A functional is a vector of weights over all senders, known but
/// for polynomials of degree N-s and more, which take it to 0 at the absent.
///
/// Source: Ye, Abbe, "Communication-Computation Efficient Gradient Coding", ICML 2018,
/// arXiv:1802.03475 (the trade-off); the construction is Echelon's.
class communication_efficient final : public fixed_code {
public:
  static constexpr std::string_view name = "communication-efficient";
  static constexpr std::string_view summary =
      "messages of 1/m of a gradient, every part on s+m senders; any N - s answers decode";
  static constexpr std::string_view
      source = "Ye, Abbe 2018, arXiv:1802.03475 (trade-off); Echelon (construction)";
  static std::vector<parameter> declared();
  static result<communication_efficient> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  message_frame frame() const override { return {.cuts = 2 * functionals_.cols(), .stacks = 2}; }
  double amplification_worst() const override { return amplification_worst_; }

private:
  using complex_matrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic,
                                       Eigen::RowMajor>;

  communication_efficient(const code_shape& shape, std::span<const support> supports, index blocks);
  /// Draws functionals and computes the rows that go with them.
  void draw(std::span<const support> supports, index blocks, index attempt);
  void add_support(const support& held, index first_part);
  /// The functionals' weights for these absent senders (numbers), whose own come out as 0.
  complex_matrix weights(std::span<const index> absent) const;
  double amplification(const complex_matrix& weights) const;
  double worst() const;
  index senders() const { return complement_.rows(); }

  code_shape shape_;
  std::vector<index> placed_;   ///< per sender, its number here; -1: it holds nothing
  std::vector<index> points_;   ///< per number, its root of unity
  complex_matrix functionals_;  ///< one column a block: of degree below N-s
  complex_matrix complement_;   ///< orthonormal polynomials of degree N-s ... N-1 at the nodes
  std::vector<std::vector<coded_part>> rows_;  ///< per number, of norm 1
  vector norms_;                               ///< of the rows before they were scaled
  double amplification_worst_ = 0;
};

}  // namespace echelon::coding
