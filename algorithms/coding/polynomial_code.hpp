#pragma once

#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/polynomial_kernel.hpp"

namespace echelon::coding {

/// The polynomial kernel as a code: any N - s answers give the sum over all parts. Nodes are real,
/// or roots of unity: then the gradient's halves are the real and the imaginary part of a vector
/// half as long, so that complex coefficients cost no traffic. Senders that hold nothing stand
/// aside. Cost: decoding combines every message that arrived.
template <class Scalar>
class polynomial_code final : public fixed_code {
public:
  /// Finds nodes for supports of s+1 holders each. Errors: under `stragglers`, where the best nodes
  /// would let rounding drown the sum.
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape,
                                        std::span<const support> supports);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  message_frame frame() const override;
  double amplification_worst() const override { return amplification_worst_; }

  polynomial_code(const code_shape& shape, std::span<const support> supports,
                  std::vector<index> placed, polynomial_kernel<Scalar> kernel,
                  double amplification_worst);

private:
  code_shape shape_;
  std::vector<index> placed_;  ///< per sender, its number in the kernel; -1: it holds nothing
  polynomial_kernel<Scalar> kernel_;
  double amplification_worst_;
  std::vector<std::vector<coded_part>> rows_;
};

extern template class polynomial_code<double>;
extern template class polynomial_code<std::complex<double>>;

/// The numbers of the senders that hold something, counted from 0 in their order; -1 for others.
std::vector<index> numbers_of_holders(index senders, std::span<const support> supports);

}  // namespace echelon::coding
