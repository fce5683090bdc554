#pragma once

#include <cmath>

#include "algorithms/base/random.hpp"
#include "tests/support/code_simulator.hpp"

namespace echelon::coding {

/// A code by its class, whether or not a catalogue names it.
template <class Code>
result<gradient_code_ptr> make_code_of(const code_shape& shape, value_table settings = {}) {
  const code_catalogue one{"coding.policy",
                           {policy_entry<Code, gradient_code, const code_shape&>()}};
  return one.make(Code::name, std::move(settings), "coding", shape);
}

/// Gradients of two values each, drawn at random.
inline std::vector<contribution> random_parts(random_stream& random, index count) {
  std::vector<contribution> parts;
  for (index part = 0; part < count; ++part) {
    block_builder values{2, precision::double_};
    for (double& value : values.as<double>())
      value = random.normal();
    parts.push_back({block::freeze(std::move(values)), random.normal(), 1.0});
  }
  return parts;
}

/// How far a round's sum is from the sum of all parts.
inline double error_of(const simulated_round& round, std::span<const contribution> parts) {
  double errors[2] = {round.decoded->values.as<double>()[0], round.decoded->values.as<double>()[1]};
  for (const contribution& part : parts)
    for (std::size_t i = 0; i < 2; ++i)
      errors[i] -= part.values.as<double>()[i];
  return std::hypot(errors[0], errors[1]);
}

}  // namespace echelon::coding
