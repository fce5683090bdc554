#include "algorithms/learning/formats/npy.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "algorithms/base/contract.hpp"
#include "algorithms/learning/formats/limits.hpp"
#include "algorithms/learning/formats/little_endian.hpp"
#include "algorithms/learning/formats/text_file.hpp"

namespace echelon::learning {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t dimensions_max = 8;

/// What stands behind 'key': up to the next comma outside brackets; the header is a Python
/// dictionary whose form numpy fixes, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4),
/// }".
std::optional<std::string_view> setting(std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}':", key);
  const auto found = header.find(quoted);
  if (found == std::string_view::npos)
    return std::nullopt;
  std::string_view rest = header.substr(found + quoted.size());
  const auto open = rest.find_first_not_of(' ');
  const bool tuple = open != std::string_view::npos && rest[open] == '(';
  const auto end = rest.find(tuple ? ')' : ',');
  if (end == std::string_view::npos)
    return std::nullopt;
  return trimmed(rest.substr(0, end + (tuple ? 1 : 0)));
}

/// "(3, 4)", "(3,)", "()".
std::optional<std::vector<index>> parse_shape(std::string_view text) {
  if (!text.starts_with('(') || !text.ends_with(')'))
    return std::nullopt;
  text = trimmed(text.substr(1, text.size() - 2));
  std::vector<index> shape;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto size = parse_integer(text.substr(0, comma));
    if (!size || *size < 0 || *size > values_max || shape.size() == dimensions_max)
      return std::nullopt;
    shape.push_back(*size);
    text = comma == std::string_view::npos ? std::string_view{} : trimmed(text.substr(comma + 1));
  }
  return shape;
}

/// '<f4' and the like: kind and width; nullopt for what is not read (complex, text, big-endian,
/// half).
std::optional<std::pair<char, std::size_t>> parse_type(std::string_view text) {
  constexpr std::array known{
      std::string_view{"f4"}, std::string_view{"f8"}, std::string_view{"i1"},
      std::string_view{"i2"}, std::string_view{"i4"}, std::string_view{"i8"},
      std::string_view{"u1"}, std::string_view{"u2"}, std::string_view{"u4"}};
  if (text.size() != 5 || (text[1] != '<' && text[1] != '|'))
    return std::nullopt;
  for (const std::string_view type : known)
    if (text.substr(2, 2) == type)
      return std::pair{type[0], static_cast<std::size_t>(type[1] - '0')};
  return std::nullopt;
}

struct header_place {
  std::size_t start;
  std::size_t bytes;
};

std::optional<header_place> find_header(std::span<const std::byte> bytes) {
  if (bytes.size() < 12 ||
      std::string_view{reinterpret_cast<const char*>(bytes.data()), magic.size()} != magic)
    return std::nullopt;
  const auto version = std::to_integer<int>(bytes[6]);
  const header_place found = version == 1
                                 ? header_place{10, little_endian<std::uint16_t>(bytes, 8)}
                                 : header_place{12, little_endian<std::uint32_t>(bytes, 8)};
  if (version < 1 || version > 3 || found.bytes > bytes.size() - found.start)
    return std::nullopt;
  return found;
}

template <class Number>
double element(std::span<const std::byte> bytes, std::size_t offset) {
  return static_cast<double>(little_endian<Number>(bytes, offset));
}

}  // namespace

result<npy_array> npy_array::parse(std::vector<std::byte> bytes, const std::string& place) {
  const auto found = find_header(bytes);
  if (!found)
    return fail(errc::bad_input, "{}: has no npy header at byte 0", place);
  const std::string_view header{reinterpret_cast<const char*>(bytes.data()) + found->start,
                                found->bytes};
  const std::string_view descr = setting(header, "descr").value_or("");
  const auto type = parse_type(descr);
  if (!type)
    return fail(errc::bad_input,
                "{}: the header at byte {} says type {}; it must be float32, float64 or "
                "an integer, least byte first",
                place, found->start, excerpt(descr));
  if (setting(header, "fortran_order") != "False")
    return fail(errc::bad_input,
                "{}: the header at byte {} does not say C order; save it with "
                "numpy.ascontiguousarray",
                place, found->start);
  const std::string_view shape_text = setting(header, "shape").value_or("");
  const auto shape = parse_shape(shape_text);
  if (!shape)
    return fail(errc::bad_input,
                "{}: the header at byte {} has the shape {}, which is none of at most {} "
                "dimensions and {} numbers",
                place, found->start, excerpt(shape_text), dimensions_max, values_max);
  npy_array parsed;
  parsed.start_ = found->start + found->bytes;
  parsed.kind_ = type->first;
  parsed.width_ = type->second;
  const auto most = static_cast<index>((bytes.size() - parsed.start_) / parsed.width_);
  for (const index size : *shape)
    parsed.count_ = size > 0 && parsed.count_ > most / size ? most + 1 : parsed.count_ * size;
  if (bytes.size() != parsed.offset(parsed.count_))
    return fail(errc::bad_input,
                "{}: holds {} bytes from byte {} where its shape {} of {} promises others", place,
                bytes.size() - parsed.start_, parsed.start_, shape_text, descr);
  if (parsed.count_ == 0)
    return fail(errc::bad_input, "{}: is empty; its shape at byte {} is {}", place, found->start,
                shape_text);
  parsed.shape_ = *shape;
  parsed.bytes_ = std::move(bytes);
  return parsed;
}

double npy_array::at(index i) const {
  expects(i >= 0 && i < count_);
  const std::size_t here = offset(i);
  if (kind_ == 'f')
    return width_ == 4 ? element<float>(bytes_, here) : element<double>(bytes_, here);
  const bool with_sign = kind_ == 'i';
  switch (width_) {
    case 1:
      return with_sign ? element<std::int8_t>(bytes_, here) : element<std::uint8_t>(bytes_, here);
    case 2:
      return with_sign ? element<std::int16_t>(bytes_, here) : element<std::uint16_t>(bytes_, here);
    case 4:
      return with_sign ? element<std::int32_t>(bytes_, here) : element<std::uint32_t>(bytes_, here);
    default: return element<std::int64_t>(bytes_, here);
  }
}

}  // namespace echelon::learning
