#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// Cyclic repetition as published: the supports of `cyclic`, with coefficients from a random matrix
/// H whose rows add up to 0. Every row of the code lies in the null space of H, which holds the
/// all-ones vector and which any N - s rows span. Its conditioning is poor, hundreds of times that
/// of `cyclic`: it is here for comparison. Of a few draws the calmest is taken. Shapes: N divides
/// K. Cost: K(s+1)/N parts a sender; a decode is a least-squares problem of N - s unknowns. Source:
/// Tandon et al., "Gradient Coding", ICML 2017, arXiv:1612.03301, algorithm 2.
struct cyclic_repetition {
  static constexpr std::string_view name = "cyclic-repetition";
  static constexpr std::string_view
      summary = "cyclic runs with random coefficients, as published; prefer \"cyclic\"";
  static constexpr std::string_view source = "Tandon et al. 2017, arXiv:1612.03301, algorithm 2";
  static std::vector<parameter> declared();
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

}  // namespace echelon::coding
