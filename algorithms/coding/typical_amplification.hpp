#pragma once

#include <optional>

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// How much decoding amplifies rounding when as many senders are absent as a code survives.
struct amplification_range {
  double median = 1;
  double worst = 1;
};

/// Over all patterns of absent senders, or a seeded sample where there are many. Schemes that
/// decide within the round whose answers they need, and codes that cannot decode each pattern, are
/// taken at their word: amplification_worst.
amplification_range typical_amplification(const gradient_code& code);

/// That of the named code with its defaults at this shape or, for a code that survives nobody,
/// without stragglers; nothing where it cannot be made.
std::optional<amplification_range> typical_amplification(const code_catalogue& known,
                                                         std::string_view name, code_shape shape);

}  // namespace echelon::coding
