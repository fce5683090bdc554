#include "algorithms/compression/codecs/elias_fano.hpp"

#include <array>
#include <bit>

#include "algorithms/compression/codecs/bit_kernels.hpp"
#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/codecs/for_ones.hpp"

namespace echelon::compression {
namespace {

/// How the bits are shared between the lower and the higher part of the indices.
struct layout {
  int width;               ///< bits of each index in the lower part: l
  std::int64_t low, high;  ///< bits of the parts; the last one of the higher part is always zero

  layout(index count, index length)
      : width(std::min(
            static_cast<int>(std::bit_width(static_cast<std::uint64_t>(length / count))) - 1, 31)),
        low(count * width), high(count + ((length - 1) >> width) + 1) {}
};

/// Reads the lower part in step with the higher one.
class low_part {
public:
  low_part(std::span<const std::byte> bytes, int width) : bytes_(bytes), width_(width) {}

  /// Turns positions of ones in the higher part to the indices from `first` on.
  void join(index first, std::span<std::uint32_t> positions) {
    const std::int64_t bit = first * width_;
    // A copy, so that whole words can be read at the end.
    const std::size_t size = bytes_for(bit % 8 + std::ssize(positions) * width_);
    if (size > 0)
      std::memcpy(some_.data(), bytes_.data() + bit / 8, size);
    bit_kernels_here().join(some_.data(), static_cast<int>(bit % 8), width_,
                            static_cast<std::uint32_t>(first), positions.data(), positions.size());
  }

  bool padded_with_zeros(index count) const {
    const std::int64_t bits = count * width_;
    return bits % 8 == 0 || std::to_integer<int>(bytes_.back()) >> (bits % 8) == 0;
  }

private:
  std::span<const std::byte> bytes_;
  int width_;
  std::array<std::byte, 4 * ones_at_once + bit_kernels::bytes_slack> some_{};
};

class elias_fano final : public index_codec {
public:
  std::string_view name() const override { return "elias-fano"; }
  std::int64_t bits(const index_set& what) const override {
    const layout parts{std::ssize(what.indices), what.length};
    return parts.low + parts.high;
  }
  double expected_bits(index count, index length) const override {
    const layout parts{count, length};
    return static_cast<double>(parts.low + parts.high);
  }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    const layout parts{std::ssize(what.indices), what.length};
    const std::size_t start = to.size();
    const std::size_t middle = start + bytes_for(parts.low);
    const std::size_t end = middle + bytes_for(parts.high);
    to.resize(end + bit_kernels::bytes_slack);
    const auto& kernels = bit_kernels_here();
    const auto& indices = what.indices;
    if (parts.width > 0)
      kernels.pack(indices.data(), indices.size(), parts.width, to.data() + start);
    kernels.set_steps(indices.data(), indices.size(), parts.width, to.data() + middle);
    to.resize(end);
  }

  bool decode(std::span<const std::byte> bytes, index count, index length,
              index_sink& sink) const override {
    const layout parts{count, length};
    if (bytes.size() != bytes_for(parts.low) + bytes_for(parts.high))
      return false;
    low_part low{bytes.first(bytes_for(parts.low)), parts.width};
    const auto high = bytes.subspan(bytes_for(parts.low));
    const int last_bit = static_cast<int>((parts.high - 1) % 8);
    if (!low.padded_with_zeros(count) || std::to_integer<int>(high.back()) >> last_bit != 0)
      return false;
    return for_ones(high, count, [&](index first, std::span<std::uint32_t> some) {
      low.join(first, some);
      return sink.take(some);
    });
  }
};

}  // namespace

const index_codec& elias_fano_codec() {
  static const elias_fano only;
  return only;
}

}  // namespace echelon::compression
