#pragma once

#include <cstdint>

namespace echelon::experiments {

/// Another number for each start of a process: later ones are larger. From the wall clock, since
/// nothing else outlives a process.
std::uint64_t new_incarnation();

}  // namespace echelon::experiments
