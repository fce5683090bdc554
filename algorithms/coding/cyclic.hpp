#pragma once

#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {

/// Sender i holds the blocks i ... i+s modulo N; any N - s answers give the sum over all parts.
/// Shapes: N divides K; block b is the parts from b K/N on. Capacities are passed over.
/// Cost: K(s+1)/N parts a sender; decoding combines every message that arrived.
/// Source: supports of Tandon et al. 2017, arXiv:1612.03301, with the coefficients of
/// polynomial_kernel.
struct cyclic {
  static constexpr std::string_view name = "cyclic";
  static constexpr std::string_view
      summary = "overlapping runs of parts with polynomial coefficients; any N - s answers decode";
  static constexpr std::string_view
      source = "Tandon et al. 2017, arXiv:1612.03301 (supports); Echelon (coefficients)";
  static std::vector<parameter> declared() { return {}; }
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

/// Errors: a shape check_shape refuses; parts that do not divide over the senders.
result<std::vector<support>> cyclic_supports(const parameters& given, const code_shape& shape);

}  // namespace echelon::coding
