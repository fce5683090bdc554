#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// What lies between an index and the one before it, divided by 2^b: the quotient in unary, then
/// the remainder in b bits. The best b for the message comes first, in a byte.
/// *Source*: Rice and Plaunt 1971.
const index_codec& rice_codec();

}  // namespace echelon::compression
