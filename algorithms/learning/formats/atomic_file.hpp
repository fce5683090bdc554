#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "algorithms/base/result.hpp"
#include "algorithms/learning/formats/disk.hpp"

namespace echelon::learning {

/// Writes the pieces one after the other so that `path` holds, at every moment and after a power
/// cut, either what it held before or all of them: to PATH.partial beside it, synced, then renamed.
/// Once it returns without an error, it is all of them for good. Errors: cannot_write with the file
/// and the system's reason.
result<void> write_atomically(const std::filesystem::path& path,
                              std::span<const std::span<const std::byte>> pieces,
                              disk& on = system_disk());

}  // namespace echelon::learning
