#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/compression/selection/scan_kernels.hpp"

namespace echelon::compression {

/// Coordinates chosen from a vector, ascending, and what it holds there. A zero is never chosen:
/// sending it would change nothing.
struct selection {
  std::vector<std::uint32_t> indices;
  std::vector<float> values;

  index size() const { return std::ssize(indices); }
};

// Vectors of at most 2^32 values. Errors: bad_input where a value is not finite.

/// The `count` largest magnitudes, of equal ones those of lower index; all that are not zero where
/// there are fewer.
/// Cost: one pass. A sample of the vector tells from where on it is worth collecting candidates;
/// where the sample misled (which the candidates show) a histogram of the whole vector decides.
result<selection> select_largest(std::span<const float> values, index count,
                                 const scan_kernels& scan = fastest_scan());

/// All magnitudes of at least `threshold` (>= 0); `most` > 0: only so many, the largest of them.
/// Cost: one pass; two where far more reach it than that.
result<selection> select_above(std::span<const float> values, double threshold, index most = 0,
                               const scan_kernels& scan = fastest_scan());

/// Within 30 % of `count` values, by a threshold that is exact on a sample of 1 %, drawn with
/// `draws`, and then raised by 1.3 or lowered by 0.7 up to ten times; the exact selection where
/// that did not come near. Cost: a pass for each try. Source: Lin et al. 2018, as GRACE has it.
result<selection> select_about(std::span<const float> values, index count, random_stream& draws,
                               const scan_kernels& scan = fastest_scan());

/// Refuses values that are not finite. Cost: one pass.
result<void> check_finite(std::span<const float> values, const scan_kernels& scan = fastest_scan());

}  // namespace echelon::compression
