#pragma once

#include <cstddef>
#include <cstdint>

namespace echelon::compression {

/// The loops over bits that are worth a CPU's own instructions: the same bits from all of them.
/// Numbers of a few bits each stand as in a bit_writer.
struct bit_kernels {
  /// What `find_ones` may write beyond the last position, and bytes that `pack`, `set_steps` may
  /// write and `unpack` read beyond their last.
  static constexpr std::size_t ones_slack = 8;
  static constexpr std::size_t bytes_slack = 8;

  /// Writes first + position of every one in the words, ascending (modulo 2^32); says how many.
  std::size_t (*find_ones)(const std::uint64_t* words, std::size_t count, std::uint32_t first,
                           std::uint32_t* out);
  /// Writes the lowest `width` < 32 bits of each number.
  void (*pack)(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to);
  /// Reads `count` numbers of `width` < 32 bits, the first of which starts at bit `shift` < 8.
  void (*unpack)(const std::byte* from, int shift, int width, std::uint32_t* out,
                 std::size_t count);
  /// Sets bit (numbers[i] >> width) + i for each i, and zeros between. Numbers do not descend.
  void (*set_steps)(const std::uint32_t* numbers, std::size_t count, int width, std::byte* to);
};

const bit_kernels& portable_bit_kernels();
/// For a CPU with BMI1, BMI2 and POPCNT.
const bit_kernels& bmi2_bit_kernels();
/// The fastest that this CPU has.
const bit_kernels& bit_kernels_here();

}  // namespace echelon::compression
