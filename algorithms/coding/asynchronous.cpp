#include "algorithms/coding/asynchronous.hpp"

namespace echelon::coding {

std::vector<parameter> asynchronous::declared() {
  return {{"lead_max", value_kind::integer, -1,
           "answers a worker may be ahead of the slowest one (SSP); -1: any number", -1.0, 1e9},
          {"damping", value_kind::number, 0.0,
           "an answer that is s updates old counts 1 / (1 + damping s)", 0.0, 1e6}};
}

result<asynchronous> asynchronous::make(const parameters& given, const code_shape& shape) {
  ECHELON_TRY(uncoded dealt, uncoded::make(given, shape));
  update_rule rule{.lead_max = std::nullopt, .damping = given.number("damping")};
  if (const index lead = given.integer("lead_max"); lead >= 0)
    rule.lead_max = lead;
  return asynchronous{std::move(dealt), rule};
}

}  // namespace echelon::coding
