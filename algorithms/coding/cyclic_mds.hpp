#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// The supports of `cyclic` with complex coefficients: nodes are the N-th roots of unity, dealt so
/// that senders who share parts are far apart. Of all codes that any N - s answers decode, this one
/// amplifies rounding least. The gradient's halves are real and imaginary part, so that the traffic
/// is that of a real code. Shapes: N divides K. Cost: K(s+1)/N parts a sender; encoding and
/// decoding multiply twice where a real code multiplies once. Source: Raviv et al., "Gradient
/// Coding from Cyclic MDS Codes and Expander Graphs", 2020, arXiv:1707.03858, in a general form
/// whose matrix is no longer circulant: the spread order and the minimum-amplification decode are
/// Echelon's.
struct cyclic_mds {
  static constexpr std::string_view name = "cyclic-mds";
  static constexpr std::string_view
      summary = "cyclic runs with complex coefficients on roots of unity: the calmest code of all "
                "that any N - s answers decode";
  static constexpr std::string_view
      source = "Raviv et al. 2020, arXiv:1707.03858 (general form); Echelon (spread order)";
  static std::vector<parameter> declared() { return {}; }
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

}  // namespace echelon::coding
