#include "algorithms/compression/codecs/index_codecs.hpp"

#include <algorithm>
#include <limits>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/codecs/bitmap.hpp"
#include "algorithms/compression/codecs/delta_varint.hpp"
#include "algorithms/compression/codecs/elias_fano.hpp"
#include "algorithms/compression/codecs/ordered_sink.hpp"
#include "algorithms/compression/codecs/packed.hpp"
#include "algorithms/compression/codecs/raw.hpp"
#include "algorithms/compression/codecs/rice.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

class copy_to final : public index_sink {
public:
  explicit copy_to(std::span<std::uint32_t> out) : out_(out) {}

  bool take(std::span<const std::uint32_t> next) override {
    std::ranges::copy(next, out_.begin());
    out_ = out_.subspan(next.size());
    return true;
  }

private:
  std::span<std::uint32_t> out_;
};

/// Bits of the codec of that name, or of the best one for this count.
double expected_bits(std::string_view codec, index count, index length) {
  double least = std::numeric_limits<double>::infinity();
  for (const index_codec_entry& entry : index_codecs())
    if (codec == "auto" || codec == entry.codec->name())
      least = std::min(least, entry.codec->expected_bits(count, length));
  return least;
}

}  // namespace

std::span<const index_codec_entry> index_codecs() {
  static const index_codec_entry every_codec[]{
      {1, &raw_codec()},    {2, &packed_codec()},     {3, &bitmap_codec()},
      {4, &varint_codec()}, {5, &elias_fano_codec()}, {6, &rice_codec()},
  };
  return every_codec;
}

codec_choice choose_codec(std::string_view name, const index_set& what) {
  codec_choice best{{0, nullptr}, std::numeric_limits<std::int64_t>::max()};
  for (const index_codec_entry& entry : index_codecs())
    if (name == "auto" || name == entry.codec->name())
      if (const std::int64_t bits = entry.codec->bits(what); bits < best.bits)
        best = {entry, bits};
  expects(best.entry.codec != nullptr);
  return best;
}

const index_codec* codec_numbered(std::uint8_t id) {
  const auto all = index_codecs();
  const auto found = std::ranges::find(all, id, &index_codec_entry::id);
  return found == all.end() ? nullptr : found->codec;
}

std::vector<std::string> index_codec_names() {
  std::vector<std::string> names{"auto"};
  for (const index_codec_entry& entry : index_codecs())
    names.emplace_back(entry.codec->name());
  return names;
}

result<void> decode_indices(const index_codec& codec, std::span<const std::byte> bytes,
                            index length, std::span<std::uint32_t> out) {
  copy_to copy{out};
  ordered_sink checked{length, copy};
  if (!codec.decode(bytes, std::ssize(out), length, checked))
    return fail(errc::bad_input, "{} bytes are not {} ascending indices below {}, written as {}",
                bytes.size(), out.size(), length, codec.name());
  return {};
}

double message_bits(index count, index length, wire_format values, std::string_view codec) {
  return expected_bits(codec, count, length) + 8 * static_cast<double>(count * value_bytes(values));
}

index largest_count(double bits, index length, wire_format values, std::string_view codec) {
  const auto fits = [&](index count) { return message_bits(count, length, values, codec) <= bits; };
  index enough = 0;
  index too_many = length + 1;
  while (too_many - enough > 1) {
    const index middle = enough + (too_many - enough) / 2;
    (fits(middle) ? enough : too_many) = middle;
  }
  return enough;
}

}  // namespace echelon::compression
