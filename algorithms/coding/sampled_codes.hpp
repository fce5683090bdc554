#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

// Approximate codes whose placement is drawn at random: they wait for N - s answers and say in
// every decode how far it is from the sum over all parts.

/// Every sender holds every part with the same probability, with coefficient 1, so that no
/// adversary knows whom to delay. Shapes: any; a part nobody drew goes to a sender drawn for it.
/// Units: `copies` is the expected number of senders of a part. Cost: K copies/N parts a sender on
/// average. Source: Charles, Papailiopoulos, Ellenberg, "Approximate Gradient Coding via Sparse
/// Random Graphs", 2017, arXiv:1711.06771; that no part is left out is Echelon's.
struct bernoulli_code {
  static constexpr std::string_view name = "bernoulli";
  static constexpr std::string_view
      summary = "parts on senders drawn at random; decodes approximately from N - s answers";
  static constexpr std::string_view source = "Charles et al. 2017, arXiv:1711.06771";
  static std::vector<parameter> declared();
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

/// As `bernoulli`, but parts and senders form communities, runs of equal length, and most copies of
/// a part stay within its own. Units: `inside` is the expected share of copies that do. Source:
/// Charles, Papailiopoulos, "Gradient Coding via the Stochastic Block Model", 2018,
/// arXiv:1805.10378; that no part is left out is Echelon's.
struct stochastic_block {
  static constexpr std::string_view name = "stochastic-block";
  static constexpr std::string_view
      summary = "parts on senders drawn mostly from their own community (approximate)";
  static constexpr std::string_view source = "Charles, Papailiopoulos 2018, arXiv:1805.10378";
  static std::vector<parameter> declared();
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

/// Senders and blocks of parts are the two sides of a random d-regular graph, coefficients 1/d. Its
/// second singular value lambda bounds the one-step error: the residual is at most lambda/d
/// sqrt(s/(N-s)). Shapes: N divides K; d <= N. Units: `copies` is d. Cost: K d/N parts a sender.
/// Source: Raviv et al. 2020, arXiv:1707.03858 (expander codes); the graph, d random permutations
/// without common entries, the best of several draws, is Echelon's choice.
struct expander {
  static constexpr std::string_view name = "expander";
  static constexpr std::string_view
      summary = "parts on senders by a random regular graph; one-step decoding with a proven bound "
                "(approximate)";
  static constexpr std::string_view source = "Raviv et al. 2020, arXiv:1707.03858; Echelon (graph)";
  static std::vector<parameter> declared();
  static result<gradient_code_ptr> make(const parameters& given, const code_shape& shape);
};

}  // namespace echelon::coding
