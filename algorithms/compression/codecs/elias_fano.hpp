#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// The lowest l bits of every index as they are; of the others, the steps from index to index in
/// unary. l = floor(log2(length / count)).
/// *Source*: Elias 1974, Fano 1971.
const index_codec& elias_fano_codec();

}  // namespace echelon::compression
