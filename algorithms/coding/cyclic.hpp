#pragma once

#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/polynomial_kernel.hpp"

namespace echelon::coding {

/// Sender i holds the blocks i ... i+s modulo N; any N - s answers give the sum over all parts.
/// Shapes: N divides K; block b is the parts from b K/N on.
/// Cost: K(s+1)/N parts a sender; decoding combines every message that arrived.
/// Source: supports of Tandon et al. 2017, arXiv:1612.03301, with the coefficients of
/// polynomial_kernel.
class cyclic final : public fixed_code {
public:
  static constexpr std::string_view name = "cyclic";
  static constexpr std::string_view
      summary = "overlapping runs of parts with polynomial coefficients; any N - s answers decode";
  static constexpr std::string_view
      source = "Tandon et al. 2017, arXiv:1612.03301 (supports); Echelon (coefficients)";
  static std::vector<parameter> declared() { return {}; }
  static result<cyclic> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  double amplification_worst() const override { return amplification_worst_; }

private:
  cyclic(const code_shape& shape, polynomial_kernel blocks, double amplification_worst);

  code_shape shape_;
  polynomial_kernel blocks_;
  double amplification_worst_;
  std::vector<std::vector<coded_part>> rows_;
};

}  // namespace echelon::coding
