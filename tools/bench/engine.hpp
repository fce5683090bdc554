#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Messages a second of the actor engine, gradients excluded: timing-only rounds of uncoded workers
/// with random delays, at 1,000 and 10,000 workers, first in first out and with seeded
/// interleaving. Repetitions are interleaved, medians count.
nlohmann::json measure_engine();

}  // namespace echelon::bench
