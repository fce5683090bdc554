#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// 32 bits an index: for comparison, and for those who read without a decoder.
const index_codec& raw_codec();

}  // namespace echelon::compression
