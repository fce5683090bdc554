#include "algorithms/compression/codecs/rice.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/codecs/gaps.hpp"
#include "algorithms/compression/codecs/index_blocks.hpp"

namespace echelon::compression {
namespace {

constexpr int width_max = 31;
constexpr int width_bits = 8;

std::int64_t bits_with(int width, std::span<const std::uint32_t> indices) {
  std::uint64_t ones = 0;
  for_gaps(indices, [&](std::uint32_t gap) { ones += std::uint64_t{gap} >> width; });
  return width_bits + std::ssize(indices) * (width + 1) + static_cast<std::int64_t>(ones);
}

double expected_bits_with(int width, index count, index length) {
  const double more = longer_gaps(count, length, width);
  return width_bits + static_cast<double>(count) * (width + 1 + more / (1 - more));
}

struct best_width {
  int width;
  std::int64_t bits;
};

/// Bits are a convex function of the width, since one step up saves sum(ceil((gap >> width) / 2)),
/// and less with each step: from a good guess it is downhill to the best one.
best_width best_for(const index_set& what) {
  const auto mean = static_cast<std::uint64_t>(what.length / std::ssize(what.indices));
  int width = std::min(static_cast<int>(std::bit_width(mean)) - 1, width_max);
  std::int64_t least = bits_with(width, what.indices);
  for (const int step : {-1, 1})
    for (int next = width + step; next >= 0 && next <= width_max; next += step) {
      const std::int64_t bits = bits_with(next, what.indices);
      if (bits >= least)
        break;
      width = next;
      least = bits;
    }
  return {width, least};
}

class rice final : public index_codec {
public:
  std::string_view name() const override { return "rice"; }
  std::int64_t bits(const index_set& what) const override { return best_for(what).bits; }

  double expected_bits(index count, index length) const override {
    double least = std::numeric_limits<double>::infinity();
    for (int width = 0; width <= width_max; ++width)
      least = std::min(least, expected_bits_with(width, count, length));
    return least;
  }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    const auto [width, bits] = best_for(what);
    bit_writer writer{to, bits};
    writer.put(static_cast<std::uint64_t>(width), width_bits);
    for_gaps(what.indices, [&, width = width](std::uint32_t gap) {
      writer.put_unary(std::uint64_t{gap} >> width, gap & low_ones(width), width);
    });
    writer.finish();
  }

  bool decode(std::span<const std::byte> bytes, index count, index length,
              index_sink& sink) const override {
    bit_reader reader{bytes};
    const auto width = static_cast<int>(reader.take(width_bits));
    if (width > width_max)
      return false;
    index_blocks out{sink};
    gap_sum next{length};
    for (index done = 0; done < count; ++done) {
      const auto quotient = reader.take_unary();
      if (!quotient || *quotient > static_cast<std::uint64_t>(length) ||
          !next.skip(*quotient << width | reader.take(width)) || !out.add(next.landed()))
        return false;
    }
    return out.flush() && reader.at_end();
  }
};

}  // namespace

const index_codec& rice_codec() {
  static const rice only;
  return only;
}

}  // namespace echelon::compression
