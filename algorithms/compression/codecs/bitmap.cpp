#include "algorithms/compression/codecs/bitmap.hpp"

#include <array>

#include "algorithms/compression/codecs/bit_kernels.hpp"
#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/codecs/word_chunks.hpp"

namespace echelon::compression {
namespace {

class bitmap final : public index_codec {
public:
  std::string_view name() const override { return "bitmap"; }
  std::int64_t bits(const index_set& what) const override { return what.length; }
  double expected_bits(index, index length) const override { return static_cast<double>(length); }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    const std::size_t start = to.size();
    to.resize(start + bytes_for(what.length));
    for (const std::uint32_t index : what.indices)
      to[start + index / 8] |= std::byte{1} << (index % 8);
  }

  bool decode(std::span<const std::byte> bytes, index count, index length,
              index_sink& sink) const override {
    if (bytes.size() != bytes_for(length))
      return false;
    word_chunks chunks{bytes};
    std::array<std::uint32_t, word_chunks::ones_room> ones;
    while (chunks.next()) {
      const std::size_t found = bit_kernels_here().find_ones(
          chunks.words(), word_chunks::size, static_cast<std::uint32_t>(chunks.first_bit()),
          ones.data());
      count -= static_cast<index>(found);
      if (count < 0 || (found > 0 && !sink.take(std::span{ones}.first(found))))
        return false;
    }
    return count == 0;
  }
};

}  // namespace

const index_codec& bitmap_codec() {
  static const bitmap only;
  return only;
}

}  // namespace echelon::compression
