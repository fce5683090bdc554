#include "algorithms/compression/codecs/packed.hpp"

#include <bit>

#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/codecs/index_blocks.hpp"

namespace echelon::compression {
namespace {

int width(index length) {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(length - 1)));
}

class packed final : public index_codec {
public:
  std::string_view name() const override { return "packed"; }
  std::int64_t bits(const index_set& what) const override {
    return std::ssize(what.indices) * width(what.length);
  }
  double expected_bits(index count, index length) const override {
    return static_cast<double>(count) * width(length);
  }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    bit_writer writer{to, bits(what)};
    for (const std::uint32_t index : what.indices)
      writer.put(index, width(what.length));
    writer.finish();
  }

  bool decode(std::span<const std::byte> bytes, index count, index length,
              index_sink& sink) const override {
    if (bytes.size() != bytes_for(count * width(length)))
      return false;
    bit_reader reader{bytes};
    index_blocks out{sink};
    for (index done = 0; done < count; ++done)
      if (!out.add(static_cast<std::uint32_t>(reader.take(width(length)))))
        return false;
    return out.flush() && reader.at_end();
  }
};

}  // namespace

const index_codec& packed_codec() {
  static const packed only;
  return only;
}

}  // namespace echelon::compression
