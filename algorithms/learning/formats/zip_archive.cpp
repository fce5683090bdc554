#include "algorithms/learning/formats/zip_archive.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include <zlib.h>

#include "algorithms/learning/formats/little_endian.hpp"

namespace echelon::learning {
namespace {

constexpr std::uint64_t step_bytes = 1 << 20;
constexpr std::uint64_t deflate_ratio_max = 1032;
constexpr std::uint64_t contents_bytes_max = 1 << 20;

constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t contents_signature = 0x02014b50;
constexpr std::uint32_t member_signature = 0x04034b50;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t contents_bytes = 46;
constexpr std::size_t member_bytes = 30;
constexpr std::uint64_t comment_bytes_max = 65535;

/// The last place where the end record's signature stands.
std::optional<std::size_t> find_end(std::span<const std::byte> tail) {
  for (std::size_t at = tail.size() - end_bytes + 1; at-- > 0;)
    if (little_endian<std::uint32_t>(tail, at) == end_signature)
      return at;
  return std::nullopt;
}

/// Reads one line of the table of contents; nullopt when it does not fit. `at` moves to the next
/// one.
std::optional<zip_member> read_line(std::span<const std::byte> contents, std::size_t& at) {
  if (contents.size() - at < contents_bytes ||
      little_endian<std::uint32_t>(contents, at) != contents_signature)
    return std::nullopt;
  const auto word = [&](std::size_t offset) {
    return little_endian<std::uint16_t>(contents, at + offset);
  };
  const auto wide = [&](std::size_t offset) {
    return little_endian<std::uint32_t>(contents, at + offset);
  };
  const std::size_t name_bytes = word(28);
  const std::size_t line_bytes = contents_bytes + name_bytes + word(30) + word(32);
  const bool encrypted = (word(8) & 1) != 0;
  const auto method = word(10);
  if (contents.size() - at < line_bytes || encrypted || (method != 0 && method != 8))
    return std::nullopt;
  zip_member member{.deflated = method == 8,
                    .checksum = wide(16),
                    .packed_bytes = wide(20),
                    .bytes = wide(24),
                    .header_offset = wide(42)};
  const auto* letters = reinterpret_cast<const char*>(contents.data() + at + contents_bytes);
  member.name.assign(letters, name_bytes);
  at += line_bytes;
  return member;
}

}  // namespace

result<zip_archive> zip_archive::open(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code code;
  const auto kind = std::filesystem::status(path, code).type();
  if (kind == std::filesystem::file_type::not_found)
    return fail(errc::not_found, "{}: there is no such file", name);
  if (kind != std::filesystem::file_type::regular)
    return fail(errc::bad_input, "{}: is not a regular file", name);
  const std::uint64_t bytes = std::filesystem::file_size(path, code);
  std::ifstream file{path, std::ios::binary};
  if (code || !file)
    return fail(errc::bad_input, "{}: cannot be opened for reading", name);
  zip_archive opened{name, bytes, std::move(file)};
  ECHELON_CHECK(opened.read_contents());
  return opened;
}

const zip_member* zip_archive::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &zip_member::name);
  return found == members_.end() ? nullptr : &*found;
}

result<std::vector<std::byte>> zip_archive::read_at(std::uint64_t offset, std::uint64_t count) {
  if (offset > bytes_ || count > bytes_ - offset)
    return fail(errc::bad_input, "{}: ends at byte {}, but {} bytes are needed from byte {}", name_,
                bytes_, count, offset);
  std::vector<std::byte> bytes(count);
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
  if (static_cast<std::uint64_t>(file_.gcount()) != count)
    return fail(errc::bad_input, "{}: cannot be read at byte {}", name_, offset);
  return bytes;
}

result<void> zip_archive::read_contents() {
  const std::uint64_t tail_bytes = std::min(bytes_, end_bytes + comment_bytes_max);
  ECHELON_TRY(const auto tail, read_at(bytes_ - tail_bytes, tail_bytes));
  const auto end = tail.size() < end_bytes ? std::nullopt : find_end(tail);
  if (!end)
    return fail(errc::bad_input,
                "{}: has no end record in its last {} bytes; it is not a zip archive, "
                "or cut off",
                name_, tail_bytes);
  const std::size_t count = little_endian<std::uint16_t>(tail, *end + 10);
  const std::uint64_t size = little_endian<std::uint32_t>(tail, *end + 12);
  const std::uint64_t offset = little_endian<std::uint32_t>(tail, *end + 16);
  if (count > zip_members_max || size > contents_bytes_max)
    return fail(errc::bad_input,
                "{}: a table of contents of {} members in {} bytes at byte {} is too "
                "large; the most are {} and {}",
                name_, count, size, offset, zip_members_max, contents_bytes_max);
  ECHELON_TRY(const auto contents, read_at(offset, size));
  std::size_t at = 0;
  while (members_.size() < count) {
    const std::size_t start = at;
    auto member = read_line(contents, at);
    if (!member)
      return fail(errc::bad_input,
                  "{}: member {} of the table of contents, at byte {}, is not stored or "
                  "deflated, or is damaged",
                  name_, members_.size() + 1, offset + start);
    members_.push_back(std::move(*member));
  }
  return {};
}

result<std::vector<std::byte>> zip_archive::read(const zip_member& member) {
  ECHELON_TRY(const auto header, read_at(member.header_offset, member_bytes));
  if (little_endian<std::uint32_t>(header, 0) != member_signature)
    return fail(errc::bad_input, "{}: no member begins at byte {}, where {} should", name_,
                member.header_offset, member.name);
  const std::uint64_t offset = member.header_offset + member_bytes +
                               little_endian<std::uint16_t>(header, 26) +
                               little_endian<std::uint16_t>(header, 28);
  if (!member.deflated && member.packed_bytes != member.bytes)
    return fail(errc::bad_input, "{}: {} is stored, but with {} bytes for {}", name_, member.name,
                member.packed_bytes, member.bytes);
  ECHELON_TRY(auto bytes,
              member.deflated ? inflate(member, offset) : read_at(offset, member.bytes));
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (checksum != member.checksum)
    return fail(errc::bad_input,
                "{}: {} at byte {} has the checksum {:08x}, not {:08x}; the file is "
                "damaged",
                name_, member.name, offset, checksum, member.checksum);
  return bytes;
}

result<std::vector<std::byte>> zip_archive::inflate(const zip_member& member,
                                                    std::uint64_t offset) {
  ECHELON_TRY(auto packed, read_at(offset, member.packed_bytes));
  const auto damaged = [&](std::uint64_t done) {
    return fail(errc::bad_input, "{}: {} at byte {} does not unpack to {} bytes; it stops after {}",
                name_, member.name, offset, member.bytes, done);
  };
  if (member.bytes / deflate_ratio_max > member.packed_bytes)
    return damaged(0);
  z_stream stream{};
  // Minus: raw deflate data without a zlib header.
  expects(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> ending{&stream, inflateEnd};
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::vector<std::byte> bytes;
  while (bytes.size() < member.bytes) {
    const std::size_t filled = bytes.size();
    const std::uint64_t more = std::min(member.bytes - filled,
                                        std::max<std::uint64_t>(filled, step_bytes));
    bytes.resize(filled + more);
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + filled);
    stream.avail_out = static_cast<uInt>(more);
    // Whatever stopped it early, damage or an early end, it cannot fill what was promised.
    ::inflate(&stream, Z_NO_FLUSH);
    if (stream.avail_out > 0)
      return damaged(bytes.size() - stream.avail_out);
  }
  return bytes;
}

}  // namespace echelon::learning
