#include "algorithms/compression/codecs/delta_varint.hpp"

#include "algorithms/compression/codecs/gaps.hpp"
#include "algorithms/compression/codecs/index_blocks.hpp"
#include "algorithms/compression/varint.hpp"

namespace echelon::compression {
namespace {

class delta_varint final : public index_codec {
public:
  std::string_view name() const override { return "varint"; }

  std::int64_t bits(const index_set& what) const override {
    std::int64_t bytes = std::ssize(what.indices);
    for_gaps(what.indices, [&](std::uint32_t gap) {
      bytes += (gap >= 1U << 7) + (gap >= 1U << 14) + (gap >= 1U << 21) + (gap >= 1U << 28);
    });
    return 8 * bytes;
  }

  double expected_bits(index count, index length) const override {
    double each = 1;
    for (int power = 7; power <= 28; power += 7)
      each += longer_gaps(count, length, power);
    return 8 * each * static_cast<double>(count);
  }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    to.reserve(to.size() + static_cast<std::size_t>(bits(what) / 8));
    for_gaps(what.indices, [&](std::uint32_t gap) { append_varint(to, gap); });
  }

  bool decode(std::span<const std::byte> bytes, index count, index length,
              index_sink& sink) const override {
    index_blocks out{sink};
    gap_sum next{length};
    for (index done = 0; done < count; ++done) {
      const auto gap = take_varint(bytes);
      if (!gap || !next.skip(*gap) || !out.add(next.landed()))
        return false;
    }
    return out.flush() && bytes.empty();
  }
};

}  // namespace

const index_codec& varint_codec() {
  static const delta_varint only;
  return only;
}

}  // namespace echelon::compression
