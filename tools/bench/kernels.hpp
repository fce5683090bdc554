#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/learning/model.hpp"

namespace echelon::bench {

/// The rate of single-thread products in GFLOP/s: of the shapes of the benchmarked networks, of a
/// large square, and of one that stays in the first-level cache, which is the limit the others are
/// measured against.
nlohmann::json measure_kernels(learning::math_mode math);

}  // namespace echelon::bench
