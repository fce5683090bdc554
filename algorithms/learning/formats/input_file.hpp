#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"

struct gzFile_s;

namespace echelon::learning {

/// A file read from front to back, unpacked on the way where it is gzip (told by its first bytes).
/// Units: offsets and sizes count unpacked bytes.
/// Errors: not_found, or bad_input with the file and the offset.
/// Cost: memory grows with what was really read, at most twice that, never with what a header
/// promises.
class input_file {
public:
  static result<input_file> open(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  std::uint64_t offset() const { return offset_; }

  /// Fills the front of `into`; less than all of it only at the end of the file.
  result<std::size_t> read(std::span<std::byte> into);
  /// Exactly `count` bytes, called `what` when the file ends before.
  result<std::vector<std::byte>> read_exactly(std::uint64_t count, std::string_view what);
  /// Refuses bytes beyond the present offset.
  result<void> expect_end();

private:
  struct closer {
    void operator()(gzFile_s* file) const;
  };

  input_file(std::string name, std::uint64_t unpacked_max, gzFile_s* file)
      : name_(std::move(name)), unpacked_max_(unpacked_max), file_(file) {}

  std::string name_;
  std::uint64_t unpacked_max_;
  std::uint64_t offset_ = 0;
  std::unique_ptr<gzFile_s, closer> file_;
};

/// All of a file that holds at most `bytes_max` (unpacked) bytes.
result<std::vector<std::byte>> read_whole(const std::filesystem::path& path,
                                          std::uint64_t bytes_max);

}  // namespace echelon::learning
