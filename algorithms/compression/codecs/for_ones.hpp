#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "algorithms/compression/codecs/bit_kernels.hpp"

namespace echelon::compression {

/// Walks through bytes in chunks of whole words: zeros fill up the last one.
class word_chunks {
public:
  static constexpr std::size_t size = 32;  ///< words a chunk
  /// For the positions of all ones of a chunk, as `find_ones` wants it.
  static constexpr std::size_t ones_room = 64 * size + bit_kernels::ones_slack;

  explicit word_chunks(std::span<const std::byte> bytes) : rest_(bytes) {}

  bool next() {
    if (rest_.empty())
      return false;
    const auto taken = rest_.first(std::min(rest_.size(), sizeof words_));
    if (taken.size() < sizeof words_)
      words_.fill(0);
    std::memcpy(words_.data(), taken.data(), taken.size());
    rest_ = rest_.subspan(taken.size());
    ++chunks_;
    return true;
  }

  const std::uint64_t* words() const { return words_.data(); }
  /// The position of the chunk's first bit among all bits.
  std::uint64_t first_bit() const { return 64 * size * (chunks_ - 1); }

private:
  std::span<const std::byte> rest_;
  std::array<std::uint64_t, size> words_;
  std::uint64_t chunks_ = 0;
};

}  // namespace echelon::compression
