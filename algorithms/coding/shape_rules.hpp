#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// What every code demands of its shape: a part, and a tolerance that leaves somebody with capacity
/// to answer.
result<void> check_shape(const parameters& given, const code_shape& shape);

/// check_shape, and at least one part per sender.
result<void> check_part_per_sender(const parameters& given, const code_shape& shape);

/// Refuses parts that do not divide over the senders.
result<void> check_whole_blocks(const parameters& given, const code_shape& shape);

/// Refuses, under `stragglers`, a code whose worst decode would amplify the rounding of float
/// messages until no decimal digit of the sum was certain.
result<void> check_amplification(const parameters& given, const code_shape& shape, double worst);

/// The capacities of a shape, where it names none: 1 each.
std::vector<double> capacities_of(const code_shape& shape);

/// Senders with capacity, by falling capacity, equal ones in their order.
std::vector<index> senders_by_capacity(const code_shape& shape);

/// The error of decoding from fewer senders than a code needs.
result<void> check_count(std::span<const index> arrived, index needed, std::string_view code);

}  // namespace echelon::coding
