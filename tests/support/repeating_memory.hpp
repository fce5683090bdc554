#pragma once

#include <cstddef>
#include <memory>

#include <sys/mman.h>
#include <unistd.h>

#include "algorithms/base/contract.hpp"

namespace echelon::tests {

/// Writable memory of any size that takes no more than one piece: the same pages again and again.
/// `size` is a multiple of the piece.
inline std::shared_ptr<std::byte[]> repeating_memory(std::size_t size,
                                                     std::size_t piece = std::size_t{1} << 20) {
  expects(size % piece == 0);
  const int file = memfd_create("repeating", 0);
  expects(file >= 0 && ftruncate(file, static_cast<off_t>(piece)) == 0);
  void* whole = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  expects(whole != MAP_FAILED);
  auto* first = static_cast<std::byte*>(whole);
  for (std::size_t at = 0; at < size; at += piece)
    expects(mmap(first + at, piece, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) ==
            first + at);
  close(file);
  return {first, [size](std::byte* memory) { munmap(memory, size); }};
}

}  // namespace echelon::tests
