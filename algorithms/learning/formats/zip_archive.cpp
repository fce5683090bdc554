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
  ECHELON_TRY(seekable_file file, seekable_file::open(path));
  zip_archive opened{std::move(file)};
  ECHELON_CHECK(opened.read_contents());
  return opened;
}

const zip_member* zip_archive::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &zip_member::name);
  return found == members_.end() ? nullptr : &*found;
}

result<std::vector<std::byte>> zip_archive::read_at(std::uint64_t offset, std::uint64_t count) {
  ECHELON_CHECK(file_.check_range(offset, count));
  std::vector<std::byte> bytes(count);
  ECHELON_CHECK(file_.read_at(offset, bytes));
  return bytes;
}

result<void> zip_archive::read_contents() {
  const std::uint64_t tail_bytes = std::min(file_.bytes(), end_bytes + comment_bytes_max);
  ECHELON_TRY(const auto tail, read_at(file_.bytes() - tail_bytes, tail_bytes));
  const auto end = tail.size() < end_bytes ? std::nullopt : find_end(tail);
  if (!end)
    return file_.refuse("has no end record in its last {} bytes; it is not a zip archive, "
                        "or cut off",
                        tail_bytes);
  const std::size_t count = little_endian<std::uint16_t>(tail, *end + 10);
  const std::uint64_t size = little_endian<std::uint32_t>(tail, *end + 12);
  const std::uint64_t offset = little_endian<std::uint32_t>(tail, *end + 16);
  if (count > zip_members_max || size > contents_bytes_max)
    return file_.refuse("a table of contents of {} members in {} bytes at byte {} is too "
                        "large; the most are {} and {}",
                        count, size, offset, zip_members_max, contents_bytes_max);
  ECHELON_TRY(const auto contents, read_at(offset, size));
  std::size_t at = 0;
  while (members_.size() < count) {
    const std::size_t start = at;
    auto member = read_line(contents, at);
    if (!member)
      return file_.refuse("member {} of the table of contents, at byte {}, is not stored or "
                          "deflated, or is damaged",
                          members_.size() + 1, offset + start);
    members_.push_back(std::move(*member));
  }
  return {};
}

result<std::vector<std::byte>> zip_archive::read(const zip_member& member) {
  ECHELON_TRY(const auto header, read_at(member.header_offset, member_bytes));
  if (little_endian<std::uint32_t>(header, 0) != member_signature)
    return file_.refuse("no member begins at byte {}, where {} should", member.header_offset,
                        member.name);
  const std::uint64_t offset = member.header_offset + member_bytes +
                               little_endian<std::uint16_t>(header, 26) +
                               little_endian<std::uint16_t>(header, 28);
  if (!member.deflated && member.packed_bytes != member.bytes)
    return file_.refuse("{} is stored, but with {} bytes for {}", member.name, member.packed_bytes,
                        member.bytes);
  ECHELON_TRY(auto bytes,
              member.deflated ? inflate(member, offset) : read_at(offset, member.bytes));
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (checksum != member.checksum)
    return file_.refuse("{} at byte {} has the checksum {:08x}, not {:08x}; the file is "
                        "damaged",
                        member.name, offset, checksum, member.checksum);
  return bytes;
}

result<std::vector<std::byte>> zip_archive::inflate(const zip_member& member,
                                                    std::uint64_t offset) {
  ECHELON_TRY(auto packed, read_at(offset, member.packed_bytes));
  const auto damaged = [&](std::uint64_t done) {
    return file_.refuse("{} at byte {} does not unpack to {} bytes; it stops after {}", member.name,
                        offset, member.bytes, done);
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
