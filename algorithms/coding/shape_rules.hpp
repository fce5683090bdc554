#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// What every code demands of its shape: a sender, a part, and a tolerance that leaves somebody to
/// answer.
result<void> check_shape(const parameters& given, const code_shape& shape);

/// check_shape, and at least one part per sender.
result<void> check_part_per_sender(const parameters& given, const code_shape& shape);

/// The error of decoding from fewer senders than a code needs.
result<void> check_count(std::span<const index> arrived, index needed, std::string_view code);

}  // namespace echelon::coding
