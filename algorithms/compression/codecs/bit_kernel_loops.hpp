// The loops behind bit_kernels.hpp, compiled once for every instruction set by the source that
// includes this. Nothing here may be an inline function of another header: the linker would keep
// one copy for all CPUs.

#include <cstring>

#include "algorithms/compression/codecs/bit_kernels.hpp"

namespace echelon::compression {
namespace {

std::size_t find_ones(const std::uint64_t* words, std::size_t count, std::uint32_t first,
                      std::uint32_t* out) {
  std::uint32_t* next = out;
  for (std::size_t i = 0; i < count; ++i, first += 64) {
    std::uint64_t word = words[i];
    std::uint32_t* const end = next + __builtin_popcountll(word);
    // Eight at a time, beyond the last one too: fewer branches to guess.
    for (; next < end; next += 8)
      for (int k = 0; k < 8; ++k, word &= word - 1)
        next[k] = first + static_cast<std::uint32_t>(__builtin_ctzll(word | (1ULL << 63)));
    next = end;
  }
  return static_cast<std::size_t>(next - out);
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
  const std::uint64_t mask = (1ULL << width) - 1;
  std::size_t done = 0;
  for (; done + Group <= count; done += Group) {
    std::uint64_t joined = 0;
    for (std::size_t k = 0; k < Group; ++k)
      joined |= (numbers[done + k] & mask) << (k * static_cast<std::size_t>(width));
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

void unpack(const std::byte* from, int shift, int width, std::uint32_t* out, std::size_t count) {
  const std::uint64_t mask = (1ULL << width) - 1;
  auto bit = static_cast<std::uint64_t>(shift);
  for (std::size_t i = 0; i < count; ++i, bit += static_cast<std::uint64_t>(width)) {
    std::uint64_t word;
    std::memcpy(&word, from + bit / 8, sizeof word);
    out[i] = static_cast<std::uint32_t>((word >> (bit % 8)) & mask);
  }
}

void set_steps(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to) {
  std::uint64_t word = 0;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bit = (numbers[i] >> width) + i;
    for (; at < bit / 64; ++at, word = 0)
      std::memcpy(to + 8 * at, &word, sizeof word);
    word |= 1ULL << (bit % 64);
  }
  std::memcpy(to + 8 * at, &word, sizeof word);
}

}  // namespace
}  // namespace echelon::compression
