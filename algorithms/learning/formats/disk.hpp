#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "algorithms/base/result.hpp"

namespace echelon::learning {

/// A new file that is being written from the front; closed when it goes.
class written_file {
public:
  virtual ~written_file() = default;
  /// At least one byte, at most all of them.
  virtual result<std::size_t> write_some(std::span<const std::byte> bytes) = 0;
  /// What was written outlasts a power cut.
  virtual result<void> sync() = 0;
};

/// What an atomic write needs of the system, so that tests can cut the power between any two calls.
/// Errors of all: cannot_write with the system's reason alone.
class disk {
public:
  virtual ~disk() = default;
  /// Empty, in place of whatever was there.
  virtual result<std::unique_ptr<written_file>> create(const std::filesystem::path& file) = 0;
  /// In place of whatever was there, at once for all who look.
  virtual result<void> rename(const std::filesystem::path& from,
                              const std::filesystem::path& to) = 0;
  /// Renames in it outlast a power cut, where the file system can promise that.
  virtual result<void> sync_folder(const std::filesystem::path& folder) = 0;
  /// Where it is there and may be removed.
  virtual void remove(const std::filesystem::path& file) = 0;
};

/// The machine's own.
disk& system_disk();

}  // namespace echelon::learning
