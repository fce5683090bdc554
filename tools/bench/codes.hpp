#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/base/result.hpp"

namespace echelon::bench {

/// For every registered code at three sizes: microseconds for the decoding weights of the fewest
/// and slowest answers, and the rate at which messages of a million floats are combined, beside
/// this machine's plain read of the same memory. A shape that a code refuses is listed with its
/// reason.
nlohmann::json measure_codes();

}  // namespace echelon::bench
