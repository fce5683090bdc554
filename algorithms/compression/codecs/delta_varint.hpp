#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// What lies between an index and the one before it, in LEB128: seven bits a byte.
const index_codec& varint_codec();

}  // namespace echelon::compression
