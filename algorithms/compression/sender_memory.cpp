#include "algorithms/compression/sender_memory.hpp"

#include "algorithms/compression/varint.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

constexpr std::uint64_t memory_version = 1;

void append_vector(std::vector<std::byte>& to, std::span<const float> values) {
  append_varint(to, values.size());
  std::vector<float> received(values.size());
  append_values(to, values, wire_format::full, received);
}

result<std::vector<float>> take_vector(std::span<const std::byte>& bytes) {
  const auto count = take_varint(bytes);
  if (!count || *count > bytes.size() / 4)
    return fail(errc::bad_input, "a sender's memory is cut off");
  const auto own = bytes.first(*count * 4);
  bytes = bytes.subspan(own.size());
  if (!all_finite(own, wire_format::full))
    return fail(errc::bad_input, "a sender's memory holds values that are not finite");
  std::vector<float> values(*count);
  read_values(own, wire_format::full, values);
  return values;
}

/// Takes what `append_sizes` wrote.
result<void> take_sizes(std::span<const std::byte>& bytes, std::span<const segment> segments) {
  const auto version = take_varint(bytes);
  if (version != memory_version)
    return fail(errc::bad_input, "a sender's memory is not of version {}", memory_version);
  if (take_varint(bytes) != segments.size())
    return fail(errc::bad_input, "a sender's memory is not of {} segments", segments.size());
  for (const segment& one : segments)
    if (take_varint(bytes) != static_cast<std::uint64_t>(one.size))
      return fail(errc::bad_input, "a sender's memory has no segment of {} values in its place",
                  one.size);
  return {};
}

void append_sizes(std::vector<std::byte>& to, std::span<const segment> segments) {
  append_varint(to, memory_version);
  append_varint(to, segments.size());
  for (const segment& one : segments)
    append_varint(to, static_cast<std::uint64_t>(one.size));
}

}  // namespace

blob to_bytes(const sender_memory& memory, std::span<const segment> segments) {
  std::vector<std::byte> bytes;
  append_sizes(bytes, segments);
  append_vector(bytes, memory.leftover);
  append_vector(bytes, memory.second);
  append_vector(bytes, memory.warm);
  return blob::copy(bytes);
}

result<sender_memory> memory_from_bytes(std::span<const std::byte> bytes,
                                        std::span<const segment> segments) {
  ECHELON_CHECK(take_sizes(bytes, segments));
  sender_memory memory;
  ECHELON_TRY(memory.leftover, take_vector(bytes));
  ECHELON_TRY(memory.second, take_vector(bytes));
  ECHELON_TRY(memory.warm, take_vector(bytes));
  if (!bytes.empty())
    return fail(errc::bad_input, "a sender's memory has {} bytes too many", bytes.size());
  std::size_t length = 0;
  for (const segment& one : segments)
    length += slot(one.size);
  for (const auto* part : {&memory.leftover, &memory.second})
    if (!part->empty() && part->size() != length)
      return fail(errc::bad_input, "a sender's memory has {} values for {}", part->size(), length);
  return memory;
}

}  // namespace echelon::compression
