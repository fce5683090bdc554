#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/learning/formats/seekable_file.hpp"

namespace echelon::learning {

/// The most members an archive may have.
inline constexpr std::size_t zip_members_max = 1024;

/// A file inside an archive, as the table of contents has it.
struct zip_member {
  std::string name = {};
  bool deflated = false;
  std::uint32_t checksum = 0;  ///< CRC-32 of the unpacked bytes
  std::uint64_t packed_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t header_offset = 0;
};

/// A zip archive under 4 GiB whose members are stored or deflated: what numpy writes.
/// Errors: name the file and the offset; every size is checked against the file's before it is
/// believed. Cost: one member in memory at a time, growing with what was really unpacked. Source:
/// PKWARE APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16.
class zip_archive {
public:
  static result<zip_archive> open(const std::filesystem::path& path);

  const std::string& name() const { return file_.name(); }
  const std::vector<zip_member>& members() const { return members_; }
  /// nullptr when there is none.
  const zip_member* find(std::string_view name) const;
  result<std::vector<std::byte>> read(const zip_member& member);

private:
  explicit zip_archive(seekable_file file) : file_(std::move(file)) {}

  result<std::vector<std::byte>> read_at(std::uint64_t offset, std::uint64_t count);
  result<void> read_contents();
  result<std::vector<std::byte>> inflate(const zip_member& member, std::uint64_t offset);

  seekable_file file_;
  std::vector<zip_member> members_;
};

}  // namespace echelon::learning
