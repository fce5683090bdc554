#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "algorithms/base/types.hpp"
#include "algorithms/compression/codecs/bit_kernels.hpp"

namespace echelon::compression {

/// Words that are searched for ones at once, and how many ones those have at most.
inline constexpr std::size_t words_at_once = 32;
inline constexpr std::size_t ones_at_once = 64 * words_at_once;

/// Calls `use` with the positions of ones (modulo 2^32), some at a time, and the number of ones
/// before them. False: `use` said so, or there are not exactly `count` ones; it never gets more.
template <class Use>
bool for_ones(std::span<const std::byte> bytes, index count, Use use) {
  std::array<std::uint64_t, words_at_once> words;
  std::array<std::uint32_t, ones_at_once + bit_kernels::ones_slack> room;
  index done = 0;
  for (std::uint32_t first = 0; !bytes.empty(); first += ones_at_once) {
    const auto next = bytes.first(std::min(bytes.size(), sizeof words));
    bytes = bytes.subspan(next.size());
    if (next.size() < sizeof words)
      words.fill(0);
    std::memcpy(words.data(), next.data(), next.size());
    const auto ones = std::span{room}.first(
        bit_kernels_here().find_ones(words.data(), words_at_once, first, room.data()));
    if (std::ssize(ones) > count - done || (!ones.empty() && !use(done, ones)))
      return false;
    done += std::ssize(ones);
  }
  return done == count;
}

}  // namespace echelon::compression
