#pragma once

#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/compression/compressor.hpp"

namespace echelon::compression {

/// out = one + sign * other, where an empty `other` stands for zeros; `out` takes their length.
void combine_to(std::vector<float>& out, std::span<const float> one, std::span<const float> other,
                float sign);

void scale(std::vector<float>& values, float by);

/// Refuses a compressor that may leave out more than there is, for the feedback of this name.
result<void> must_drain(const compressor& with, std::string_view feedback);

}  // namespace echelon::compression
