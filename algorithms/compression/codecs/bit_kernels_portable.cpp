#include "algorithms/compression/codecs/bit_loops.hpp"

namespace echelon::compression {
namespace {

std::size_t find_ones(const std::uint64_t* words, std::size_t count, std::uint32_t first,
                      std::uint32_t* out) {
  std::uint32_t* next = out;
  for (std::size_t i = 0; i < count; ++i, first += 64)
    next = find_few(words[i], first, next);
  return static_cast<std::size_t>(next - out);
}

}  // namespace

const bit_kernels& portable_bit_kernels() {
  static constexpr bit_kernels only{find_ones, pack, set_steps, join, ascend};
  return only;
}

}  // namespace echelon::compression
