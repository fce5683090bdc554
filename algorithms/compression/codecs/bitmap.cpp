#include "algorithms/compression/codecs/bitmap.hpp"

#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/codecs/for_ones.hpp"

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
    return bytes.size() == bytes_for(length) &&
           for_ones(bytes, count,
                    [&](index, std::span<const std::uint32_t> some) { return sink.take(some); });
  }
};

}  // namespace

const index_codec& bitmap_codec() {
  static const bitmap only;
  return only;
}

}  // namespace echelon::compression
