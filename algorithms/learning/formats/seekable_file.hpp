#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "algorithms/base/result.hpp"

namespace echelon::learning {

/// The size of a regular file. Errors: not_found; bad_input for a folder, a pipe and the like.
result<std::uint64_t> regular_file_bytes(const std::filesystem::path& path);

/// A file read at any offset, as it is, without unpacking.
/// Errors: not_found, or bad_input with the file and the offset.
class seekable_file {
public:
  static result<seekable_file> open(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  std::uint64_t bytes() const { return bytes_; }
  /// Fills all of `into`.
  result<void> read_at(std::uint64_t offset, std::span<std::byte> into);
  /// Refuses a range that the file does not have; to be asked before anything is allocated for it.
  result<void> check_range(std::uint64_t offset, std::uint64_t count) const;

  /// "FILE: <sentence>".
  template <class... Args>
  [[nodiscard]] std::unexpected<error> refuse(fmt::format_string<Args...> format,
                                              Args&&... args) const {
    return fail(errc::bad_input, "{}: {}", name_, fmt::format(format, std::forward<Args>(args)...));
  }

private:
  seekable_file(std::string name, std::uint64_t bytes, std::ifstream stream)
      : name_(std::move(name)), bytes_(bytes), stream_(std::move(stream)) {}

  std::string name_;
  std::uint64_t bytes_;
  std::ifstream stream_;
};

}  // namespace echelon::learning
