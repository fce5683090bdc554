#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// ceil(log2(length)) bits an index.
const index_codec& packed_codec();

}  // namespace echelon::compression
