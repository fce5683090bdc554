#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/compression/codecs/index_codec.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// A codec and the byte that stands for it on the wire.
struct index_codec_entry {
  std::uint8_t id;
  const index_codec* codec;
};

/// raw, packed, bitmap, varint, elias-fano, rice.
std::span<const index_codec_entry> index_codecs();

struct codec_choice {
  index_codec_entry entry;
  std::int64_t bits;  ///< that it takes for these indices
};

/// What writes these indices: the codec of that name, or the smallest with "auto", the first of
/// equals. A name that is not in `index_codec_names` is a bug.
codec_choice choose_codec(std::string_view name, const index_set& what);

/// nullptr when no codec has this number.
const index_codec* codec_numbered(std::uint8_t id);

/// "auto" and the codecs' names.
std::vector<std::string> index_codec_names();

/// Decodes to a buffer of as many indices as there are. Errors: bad_input, whatever `encode` would
/// not have written for ascending, different indices below `length`.
result<void> decode_indices(const index_codec& codec, std::span<const std::byte> bytes,
                            index length, std::span<std::uint32_t> out);

/// What so many coordinates of a vector take on average, indices spread evenly, and their values.
double message_bits(index count, index length, wire_format values, std::string_view codec);

/// The most coordinates of a vector whose indices and values take at most `bits` on average, for
/// indices that are spread evenly: at least 0, at most `length`. *Cost*: log2(length) evaluations.
index largest_count(double bits, index length, wire_format values, std::string_view codec);

}  // namespace echelon::compression
