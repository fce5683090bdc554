#pragma once

#include <optional>
#include <span>

#include "algorithms/learning/partitioner.hpp"

// What "sizes" and "quantity" share: parts of given sizes, with or without a label mix of their
// own.
namespace echelon::learning {

/// The setting `labels = { alpha = ... }`.
parameter labels_parameter();
/// Its alpha; nullopt where it is not given.
result<std::optional<double>> labels_alpha(const parameters& given);

/// Parts whose sizes are in proportion to `weights`, each within one of its share and none empty.
/// Without `alpha` the rows are random; with it each part draws its rows by label mix from
/// Dirichlet(alpha), as long as the rows of its classes last. The parts draw in random turns, so
/// that no part is left with all the leftovers. Cost: O(samples times classes) with alpha,
/// O(samples) without.
result<partition> deal_sized(std::string_view policy, const dataset& samples,
                             std::span<const double> weights, std::optional<double> alpha,
                             random_stream& random);

}  // namespace echelon::learning
