#pragma once

// The loops behind bit_kernels.hpp, compiled once for every instruction set by the source that
// includes this. Nothing here may call an inline function of another header: the linker would keep
// one copy for all CPUs.

#include <cstring>

#include "algorithms/compression/codecs/bit_kernels.hpp"

namespace echelon::compression {
namespace {

constexpr std::uint64_t low_mask(int width) { return (1ULL << width) - 1; }

/// The ones of one word.
std::uint32_t* find_few(std::uint64_t word, std::uint32_t first, std::uint32_t* out) {
  std::uint32_t* const end = out + __builtin_popcountll(word);
  // Eight at a time, beyond the last one too: fewer branches to guess.
  for (; out < end; out += 8)
    for (int k = 0; k < 8; ++k, word &= word - 1)
      out[k] = first + static_cast<std::uint32_t>(__builtin_ctzll(word | (1ULL << 63)));
  return end;
}

/// Appends at most 56 bits at a time to memory, which it writes by the word.
struct word_packer {
  std::byte* to;
  std::uint64_t word = 0;
  int filled = 0;

  void put(std::uint64_t bits, int count) {
    word |= bits << filled;
    filled += count;
    std::memcpy(to, &word, sizeof word);
    const int whole = filled & ~7;
    to += whole / 8;
    word >>= whole;
    filled &= 7;
  }
};

/// Joins numbers before they are put: one step of the packer waits for the one before it.
template <std::size_t Group>
std::size_t pack_groups(const std::uint32_t* numbers, std::size_t count, int width,
                        word_packer& packer) {
  std::size_t done = 0;
  for (; done + Group <= count; done += Group) {
    std::uint64_t joined = 0;
    for (std::size_t k = 0; k < Group; ++k)
      joined |= (numbers[done + k] & low_mask(width)) << (k * static_cast<std::size_t>(width));
    packer.put(joined, static_cast<int>(Group) * width);
  }
  return done;
}

void pack(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to) {
  word_packer packer{to};
  std::size_t done = 0;
  if (8 * width <= 56)
    done = pack_groups<8>(numbers, count, width, packer);
  else if (4 * width <= 56)
    done = pack_groups<4>(numbers, count, width, packer);
  else if (2 * width <= 56)
    done = pack_groups<2>(numbers, count, width, packer);
  pack_groups<1>(numbers + done, count - done, width, packer);
}

void set_steps(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to) {
  std::uint64_t word = 0;
  std::uint64_t at = 0;
  // Stores the word anew for every bit, rather than guess when it is full.
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bit = (numbers[i] >> width) + i;
    word = (bit / 64 == at ? word : 0) | 1ULL << (bit % 64);
    at = bit / 64;
    std::memcpy(to + 8 * at, &word, sizeof word);
  }
}

void join(const std::byte* packed, int shift, int width, std::uint32_t first,
          std::uint32_t* positions, std::size_t count) {
  auto bit = static_cast<std::uint64_t>(shift);
  for (std::size_t i = 0; i < count; ++i, bit += static_cast<std::uint64_t>(width)) {
    std::uint64_t word;
    std::memcpy(&word, packed + bit / 8, sizeof word);
    const auto low = static_cast<std::uint32_t>((word >> (bit % 8)) & low_mask(width));
    positions[i] = (positions[i] - first - static_cast<std::uint32_t>(i)) << width | low;
  }
}

bool ascend(const std::uint32_t* numbers, std::size_t count) {
  std::uint32_t descents = 0;
  for (std::size_t i = 1; i < count; ++i)
    descents |= numbers[i - 1] < numbers[i] ? 0U : 1U;
  return descents == 0;
}

}  // namespace
}  // namespace echelon::compression
