#pragma once

#include <span>

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// Xi = 1/N sum_i |x_i - mean|^2 over some elements: how far peers are apart. In double, in order.
/// Cost: two passes over all models.
double disagreement(std::span<const vector_view> models, element_range range);

/// sum_j pi_ij |x_i - x_j|^2: what one peer can tell of it from what it hears.
double local_disagreement(vector_view own, std::span<const arrival> arrived, element_range range);

}  // namespace echelon::merging
