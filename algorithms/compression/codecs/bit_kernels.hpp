#pragma once

#include <cstddef>
#include <cstdint>

namespace echelon::compression {

/// The loops over indices and bits that are worth a CPU's own instructions: the same bits from all
/// of them. Numbers of a few bits each stand as in a bit_writer; widths are below 32.
struct bit_kernels {
  /// How far `find_ones` may write beyond the last position.
  static constexpr std::size_t ones_slack = 8;
  /// How many bytes `pack` and `set_steps` may write, and `join` read, beyond their last.
  static constexpr std::size_t bytes_slack = 32;

  /// Writes first + position of every one in the words, ascending (modulo 2^32); says how many.
  std::size_t (*find_ones)(const std::uint64_t* words, std::size_t count, std::uint32_t first,
                           std::uint32_t* out);
  /// Writes the lowest `width` bits of each number.
  void (*pack)(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to);
  /// Sets bit (numbers[i] >> width) + i for each i, in zeros. Numbers do not descend.
  void (*set_steps)(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to);
  /// Turns the positions of such bits back to numbers: (position - first - i) << width, and the
  /// lowest bits from what `pack` wrote, starting at bit `shift` < 8.
  void (*join)(const std::byte* packed, int shift, int width, std::uint32_t first,
               std::uint32_t* positions, std::size_t count);
  /// Whether each number is larger than the one before it.
  bool (*ascend)(const std::uint32_t* numbers, std::size_t count);
};

const bit_kernels& portable_bit_kernels();
/// For a CPU with AVX2, BMI1, BMI2 and POPCNT.
const bit_kernels& avx2_bit_kernels();
/// The fastest that this CPU has.
const bit_kernels& bit_kernels_here();

}  // namespace echelon::compression
