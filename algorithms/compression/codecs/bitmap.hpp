#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// A bit for every float of the vector.
const index_codec& bitmap_codec();

}  // namespace echelon::compression
