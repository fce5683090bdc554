#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// Where a scan writes what it finds; there is room for as many as it reads.
struct found_here {
  std::uint32_t* indices;
  float* values;
};

/// The passes over a whole vector, compiled for one instruction set. All sets give the same result.
struct scan_kernels {
  std::string_view name;
  /// The coordinates whose magnitude exceeds `below`, ascending, the first value being number
  /// `first`. Returns how many.
  index (*collect)(std::span<const float> values, std::uint32_t below, std::uint32_t first,
                   found_here found);
  /// How many there are.
  index (*count)(std::span<const float> values, std::uint32_t below);
};

/// The sets that this CPU can run, the fastest last.
std::span<const scan_kernels> runnable_scans();

inline const scan_kernels& fastest_scan() { return runnable_scans().back(); }

extern const scan_kernels baseline_scan;
#if defined(__x86_64__)
extern const scan_kernels avx2_scan;
extern const scan_kernels avx512_scan;
#endif

}  // namespace echelon::compression
