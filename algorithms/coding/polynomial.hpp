#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// Every part on exactly s+1 senders, in runs laid one after another around the circle of parts,
/// each in proportion to its sender's capacity; any N - s answers give the sum over all parts.
/// Shapes: any. With s = 0 the code is plain summation, and where s+1 senders hold everything, each
/// of them sends the plain sum. Senders whose share rounds to nothing stand aside. Cost: K(s+1)/N
/// parts a sender; decoding combines every message that arrived. Source: kernel and layout of
/// Echelon; its supports and optimality for known speeds are those of Wang et al. 2019,
/// "Heterogeneity-aware Gradient Coding for Straggler Tolerance", arXiv:1901.09339.
struct polynomial {
  static constexpr std::string_view name = "polynomial";
  static constexpr std::string_view
      summary = "every part on s+1 senders, shares by capacity; any N - s answers decode";
  static constexpr std::string_view
      source = "Echelon (coefficients); Wang et al. 2019, arXiv:1901.09339 (supports)";
  static std::vector<parameter> declared() { return {}; }
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

}  // namespace echelon::coding
