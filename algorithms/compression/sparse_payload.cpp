#include "algorithms/compression/sparse_payload.hpp"

#include <array>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/codecs/index_codecs.hpp"
#include "algorithms/compression/codecs/ordered_sink.hpp"
#include "algorithms/compression/varint.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

/// A sparse segment's parts. Without indices there is no codec.
struct sparse_view {
  const index_codec* codec = nullptr;
  wire_format format = wire_format::full;
  index count = 0;
  std::span<const std::byte> indices, values;
};

std::optional<wire_format> format_numbered(unsigned id) {
  const auto format = static_cast<wire_format>(id);
  switch (format) {
    case wire_format::full:
    case wire_format::fp16:
    case wire_format::bf16: return format;
  }
  return std::nullopt;
}

/// Finds the parts, of which there are no more than the bytes hold.
result<sparse_view> parse(std::span<const std::byte> bytes, index length) {
  if (bytes.size() < 3)
    return fail(errc::bad_input, "a sparse segment of {} bytes is cut off", bytes.size());
  const auto codec = codec_numbered(std::to_integer<std::uint8_t>(bytes[0]));
  const auto format = format_numbered(std::to_integer<unsigned>(bytes[1]));
  bytes = bytes.subspan(2);
  const auto count = take_varint(bytes);
  if (codec == nullptr || !format || !count)
    return fail(errc::bad_input, "a sparse segment's codec, format or count is not known");
  if (*count > static_cast<std::uint64_t>(length) ||
      *count > bytes.size() / slot(value_bytes(*format)))
    return fail(errc::bad_input, "a sparse segment of {} floats and {} bytes has {} values", length,
                bytes.size(), *count);
  const std::size_t size = *count * slot(value_bytes(*format));
  return sparse_view{codec, *format, static_cast<index>(*count), bytes.first(bytes.size() - size),
                     bytes.last(size)};
}

class swallow final : public index_sink {
public:
  bool take(std::span<const std::uint32_t>) override { return true; }
};

/// sum[index] += weight * value, for indices that come block by block.
class add_to final : public index_sink {
public:
  add_to(const sparse_view& from, float weight, std::span<float> sum)
      : values_(from.values), format_(from.format), weight_(weight), sum_(sum) {}

  bool take(std::span<const std::uint32_t> next) override {
    while (!next.empty()) {
      const std::size_t count = std::min(next.size(), some_.size());
      const auto bytes = values_.first(count * slot(value_bytes(format_)));
      values_ = values_.subspan(bytes.size());
      read_values(bytes, format_, std::span{some_}.first(count));
      for (std::size_t i = 0; i < count; ++i)
        sum_[next[i]] += weight_ * some_[i];
      next = next.subspan(count);
    }
    return true;
  }

private:
  std::span<const std::byte> values_;
  wire_format format_;
  float weight_;
  std::span<float> sum_;
  std::array<float, 1024> some_;
};

}  // namespace

payload_size append_sparse(std::vector<std::byte>& to, const sparse_values& what,
                           wire_format values, std::string_view codec, std::span<float> received) {
  const index_set indices{what.indices, what.length};
  const index count = std::ssize(what.indices);
  expects(count == std::ssize(what.values) && what.length <= indexed_length_max);
  const codec_choice chosen = count == 0 ? codec_choice{index_codecs().front(), 0}
                                         : choose_codec(codec, indices);
  to.push_back(std::byte{chosen.entry.id});
  to.push_back(static_cast<std::byte>(values));
  append_varint(to, what.indices.size());
  if (count > 0)
    chosen.entry.codec->encode(indices, to);
  append_values(to, what.values, values, received);
  return {chosen.bits + 8 * count * value_bytes(values)};
}

result<void> check_sparse(std::span<const std::byte> bytes, index length) {
  if (length > indexed_length_max)
    return fail(errc::bad_input, "a sparse segment of {} floats is too long", length);
  ECHELON_TRY(const sparse_view parts, parse(bytes, length));
  if (!all_finite(parts.values, parts.format))
    return fail(errc::bad_input, "a sparse value is not finite");
  swallow nothing_more;
  ordered_sink ordered{length, nothing_more};
  const bool fits = parts.count == 0
                        ? parts.indices.empty()
                        : parts.codec->decode(parts.indices, parts.count, length, ordered);
  if (!fits)
    return fail(errc::bad_input, "{} bytes are not {} ascending indices below {}, written as {}",
                parts.indices.size(), parts.count, length, parts.codec->name());
  return {};
}

void add_sparse(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  const auto parts = parse(bytes, std::ssize(sum));
  expects(parts.has_value());
  add_to adder{*parts, weight, sum};
  expects(parts->count == 0 ||
          parts->codec->decode(parts->indices, parts->count, std::ssize(sum), adder));
}

}  // namespace echelon::compression
