#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "algorithms/learning/formats/little_endian.hpp"
#include "algorithms/learning/formats/seekable_file.hpp"
#include "algorithms/learning/formats/text_file.hpp"
#include "algorithms/learning/safetensors.hpp"

namespace echelon::learning {
namespace {

using nlohmann::json;

constexpr std::uint64_t length_bytes = 8;
constexpr std::size_t dimensions_max = 16;
/// Sizes and offsets beyond any file: they could not be counted in an index.
constexpr std::uint64_t number_max = std::uint64_t{1} << 48;
/// What the JSON of this format ever nests: the file, a tensor, its shape.
constexpr int depth_max = 3;

enum class element : unsigned char { f16, bf16, f32, f64 };

std::uint64_t bytes_of(element type) {
  return type == element::f64 ? 8 : type == element::f32 ? 4 : 2;
}

/// One line of the header; offsets count from the end of the header.
struct header_entry {
  std::string name;
  element type;
  std::vector<index> shape;
  std::uint64_t start;
  std::uint64_t end;
};

std::optional<element> parse_type(const json& text) {
  for (const auto& [name, type] : {std::pair{"F16", element::f16},
                                   {"BF16", element::bf16},
                                   {"F32", element::f32},
                                   {"F64", element::f64}})
    if (text == name)
      return type;
  return std::nullopt;
}

/// The numbers of a list at most `most` long of whole numbers from 0 to number_max.
std::optional<std::vector<std::uint64_t>> parse_numbers(const json& list, std::size_t most) {
  if (!list.is_array() || list.size() > most)
    return std::nullopt;
  std::vector<std::uint64_t> numbers;
  for (const json& each : list) {
    if (!each.is_number_unsigned() || each.get<std::uint64_t>() > number_max)
      return std::nullopt;
    numbers.push_back(each.get<std::uint64_t>());
  }
  return numbers;
}

/// How many bytes the shape takes, or more than `most` where it does not fit in them.
std::uint64_t bytes_needed(const std::vector<std::uint64_t>& shape, element type,
                           std::uint64_t most) {
  if (std::ranges::find(shape, 0U) != shape.end())
    return 0;
  std::uint64_t bytes = bytes_of(type);
  for (const std::uint64_t size : shape) {
    if (bytes > most / size)
      return most + 1;
    bytes *= size;
  }
  return bytes;
}

result<json> parse_json(const seekable_file& file, std::string_view text) {
  std::set<std::string> names;
  std::optional<std::string> twice;
  // json keeps the last of two equal keys in silence; here the second one is an attack or a
  // mistake.
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1 &&
        !names.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    // A deeper value is dropped as it is read, so that nesting costs no memory.
    return depth <= depth_max;
  };
  try {
    json header = json::parse(text, watch);
    if (twice)
      return file.refuse("names tensor {} twice in its header at byte {}", excerpt(*twice),
                         length_bytes);
    if (!header.is_object())
      return file.refuse("the header at byte {} is not a JSON object", length_bytes);
    return header;
  } catch (const json::parse_error& wrong) {
    return file.refuse("the header is not JSON at byte {}", length_bytes + wrong.byte);
  } catch (const json::exception&) {
    return file.refuse("the header at byte {} holds a number that is too large", length_bytes);
  }
}

result<json> read_header(seekable_file& file, std::uint64_t& data_start) {
  if (file.bytes() < length_bytes)
    return file.refuse("has {} bytes; a safetensors file begins with a length of {}", file.bytes(),
                       length_bytes);
  std::array<std::byte, length_bytes> length_field;
  ECHELON_CHECK(file.read_at(0, length_field));
  const auto length = little_endian<std::uint64_t>(length_field, 0);
  if (length > file.bytes() - length_bytes || length > safetensors_header_bytes_max)
    return file.refuse(
        "the length at byte 0 promises a header of {} bytes; the file has {} behind it, "
        "and the most is {}",
        length, file.bytes() - length_bytes, safetensors_header_bytes_max);
  std::string text(length, '\0');
  ECHELON_CHECK(file.read_at(length_bytes, std::as_writable_bytes(std::span{text})));
  data_start = length_bytes + length;
  return parse_json(file, text);
}

result<tensor_metadata> read_metadata(const seekable_file& file, const json& header) {
  tensor_metadata metadata;
  const auto found = header.find("__metadata__");
  if (found == header.end())
    return metadata;
  if (!found->is_object())
    return file.refuse("__metadata__ in the header is not an object of texts");
  for (const auto& [key, text] : found->items()) {
    if (!text.is_string())
      return file.refuse("__metadata__ {} in the header is not a text", excerpt(key));
    metadata.emplace(key, text.get<std::string>());
  }
  return metadata;
}

result<header_entry> read_entry(const seekable_file& file, const std::string& name,
                                const json& entry, std::uint64_t data_bytes) {
  const auto member = [&](const char* key) {
    return entry.is_object() && entry.contains(key) ? entry.at(key) : json{};
  };
  const auto type = parse_type(member("dtype"));
  if (!type)
    return file.refuse("tensor {} has dtype {}; read are F16, BF16, F32 and F64", excerpt(name),
                       excerpt(member("dtype").dump()));
  const auto shape = parse_numbers(member("shape"), dimensions_max);
  const auto offsets = parse_numbers(member("data_offsets"), 2);
  if (!shape || !offsets || offsets->size() != 2)
    return file.refuse("tensor {} has no shape of at most {} sizes, or no data_offsets of two",
                       excerpt(name), dimensions_max);
  const std::uint64_t start = offsets->front();
  const std::uint64_t end = offsets->back();
  if (start > end || end > data_bytes)
    return file.refuse("tensor {} lies at bytes {} to {} of {} bytes of data", excerpt(name), start,
                       end, data_bytes);
  if (bytes_needed(*shape, *type, data_bytes) != end - start)
    return file.refuse("tensor {} has {} bytes, which its shape and dtype do not take",
                       excerpt(name), end - start);
  return header_entry{name, *type, {shape->begin(), shape->end()}, start, end};
}

/// All tensors by offset; together they are the data, without a hole or an overlap.
result<std::vector<header_entry>> read_entries(const seekable_file& file, const json& header,
                                               std::uint64_t data_bytes) {
  std::vector<header_entry> entries;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__")
      continue;
    ECHELON_TRY(header_entry read, read_entry(file, name, entry, data_bytes));
    entries.push_back(std::move(read));
  }
  std::ranges::sort(entries, {}, [](const header_entry& entry) {
    return std::pair{entry.start, entry.end};
  });
  std::uint64_t end = 0;
  for (const header_entry& entry : entries) {
    if (entry.start != end)
      return file.refuse(
          "tensor {} begins at byte {} of the data, not at {}, where the one before it "
          "ends",
          excerpt(entry.name), entry.start, end);
    end = entry.end;
  }
  if (end != data_bytes)
    return file.refuse("has {} bytes of data where its tensors take {}", data_bytes, end);
  return entries;
}

/// IEEE half precision, exactly; Source: the format's fields, IEEE 754-2019 section 3.6.
float widened_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fU;
  const std::uint32_t fraction = half & 0x3ffU;
  if (exponent == 0) {
    // Zero and subnormals: units of 2^-24, which a float holds exactly.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t widened_exponent = exponent == 0x1f ? 0xffU : exponent + 112;
  return std::bit_cast<float>(sign | widened_exponent << 23 | fraction << 13);
}

float widened(std::uint16_t bits, element type) {
  return type == element::f16 ? widened_half(bits)
                              : std::bit_cast<float>(std::uint32_t{bits} << 16);
}

result<block> read_values(seekable_file& file, const header_entry& entry,
                          std::uint64_t data_start) {
  const std::uint64_t bytes = entry.end - entry.start;
  const auto count = static_cast<index>(bytes / bytes_of(entry.type));
  block_builder values{count, entry.type == element::f64 ? precision::double_ : precision::single};
  if (entry.type == element::f32 || entry.type == element::f64) {
    ECHELON_CHECK(file.read_at(data_start + entry.start, values.bytes()));
    return block::freeze(std::move(values));
  }
  std::vector<std::uint16_t> halves(static_cast<std::size_t>(count));
  ECHELON_CHECK(file.read_at(data_start + entry.start, std::as_writable_bytes(std::span{halves})));
  std::ranges::transform(halves, values.as<float>().begin(),
                         [&](std::uint16_t bits) { return widened(bits, entry.type); });
  return block::freeze(std::move(values));
}

}  // namespace

const stored_tensor* stored_tensors::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &stored_tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

result<stored_tensors> read_safetensors(const std::filesystem::path& path) {
  ECHELON_TRY(seekable_file file, seekable_file::open(path));
  std::uint64_t data_start = 0;
  ECHELON_TRY(const json header, read_header(file, data_start));
  stored_tensors read;
  ECHELON_TRY(read.metadata, read_metadata(file, header));
  ECHELON_TRY(const auto entries, read_entries(file, header, file.bytes() - data_start));
  for (const header_entry& entry : entries) {
    ECHELON_TRY(block values, read_values(file, entry, data_start));
    read.tensors.push_back({entry.name, entry.shape, std::move(values)});
  }
  return read;
}

}  // namespace echelon::learning
