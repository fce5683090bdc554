#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Choosing what to send from ten million floats of several kinds, in processor seconds, the best
/// of some: exact top-k of 1 %, a threshold that as many reach, and beside them, in the same
/// minute, one plain read of the vector.
nlohmann::json measure_selection();

/// Whole messages of ten million floats under error feedback, and receiving them, in processor
/// seconds, for each compressor.
nlohmann::json measure_compressors();

}  // namespace echelon::bench
