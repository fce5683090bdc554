#pragma once

#include <cstdint>
#include <string_view>

#include "algorithms/base/result.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

/// What one dataset may hold in memory, whatever a file's header promises.
inline constexpr index samples_max = index{1} << 27;
inline constexpr index features_max = index{1} << 20;
inline constexpr index values_max = index{1} << 30;  ///< samples times features: 4 GiB of floats
inline constexpr index classes_max = index{1} << 16;

/// Refuses an empty or an oversized dataset before anything is allocated for it.
inline result<void> check_size(std::string_view file, index samples, index features) {
  if (samples < 1 || features < 1)
    return fail(errc::bad_input,
                "{}: holds {} samples of {} features; it needs at least one of each", file, samples,
                features);
  if (samples > samples_max || features > features_max || samples > values_max / features)
    return fail(errc::bad_input,
                "{}: {} samples of {} features are too many; the most are {} samples, {} features "
                "and {} numbers",
                file, samples, features, samples_max, features_max, values_max);
  return {};
}

}  // namespace echelon::learning
