// Compiled with -mavx2 -mbmi -mbmi2 -mpopcnt where the processor may have them.
#include "algorithms/compression/codecs/bit_loops.hpp"

#if defined(__AVX2__)
#include <immintrin.h>

namespace echelon::compression {
namespace {

/// Of every byte the positions of its ones, a byte each.
struct byte_ones {
  std::uint64_t of[256];

  constexpr byte_ones() : of{} {
    for (std::uint64_t byte = 0; byte < 256; ++byte)
      for (std::uint64_t bit = 0, found = 0; bit < 8; ++bit)
        if ((byte >> bit & 1) != 0)
          of[byte] |= bit << 8 * found++;
  }
};

constexpr byte_ones ones_in;

/// As find_few, by the byte and without a branch.
std::uint32_t* find_many(std::uint64_t word, std::uint32_t first, std::uint32_t* out) {
  for (int byte = 0; byte < 8; ++byte, first += 8, word >>= 8) {
    const __m128i places = _mm_cvtsi64_si128(static_cast<long long>(ones_in.of[word & 0xFF]));
    const __m256i found = _mm256_add_epi32(_mm256_cvtepu8_epi32(places),
                                           _mm256_set1_epi32(static_cast<int>(first)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), found);
    out += __builtin_popcountll(word & 0xFF);
  }
  return out;
}

std::size_t find_ones(const std::uint64_t* words, std::size_t count, std::uint32_t first,
                      std::uint32_t* out) {
  std::uint32_t* next = out;
  for (std::size_t i = 0; i < count; ++i, first += 64)
    next = __builtin_popcountll(words[i]) <= 8 ? find_few(words[i], first, next)
                                               : find_many(words[i], first, next);
  return static_cast<std::size_t>(next - out);
}

/// Eight numbers of up to 25 bits are `width` bytes: four for each half of a vector. The same bytes
/// and bits go to the same places in every eight.
class eight_numbers {
public:
  eight_numbers(int shift, int width)
      : second_((shift + 4 * width) / 8), mask_(_mm256_set1_epi32((1 << width) - 1)) {
    alignas(32) std::uint8_t bytes[32];
    alignas(32) std::int32_t shifts[8];
    for (int k = 0; k < 8; ++k) {
      const int bit = k < 4 ? shift + k * width : shift + k * width - 8 * second_;
      for (int byte = 0; byte < 4; ++byte)
        bytes[4 * k + byte] = static_cast<std::uint8_t>(bit / 8 + byte);
      shifts[k] = bit % 8;
    }
    bytes_ = _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
    shifts_ = _mm256_load_si256(reinterpret_cast<const __m256i*>(shifts));
  }

  __m256i read(const std::byte* from) const {
    const auto half = [&](int offset) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + offset));
    };
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(half(0)), half(second_), 1);
    return _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(both, bytes_), shifts_), mask_);
  }

private:
  int second_;
  __m256i bytes_, shifts_, mask_;
};

void join_eights(const std::byte* packed, int shift, int width, std::uint32_t first,
                 std::uint32_t* positions, std::size_t count) {
  constexpr int width_max = 25;  // with a shift of up to 7, within four bytes
  std::size_t done = 0;
  if (width <= width_max) {
    const eight_numbers low{shift, width};
    __m256i steps = _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(first)),
                                     _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    for (; done + 8 <= count; done += 8, packed += width) {
      auto* const place = reinterpret_cast<__m256i*>(positions + done);
      const __m256i high = _mm256_slli_epi32(_mm256_sub_epi32(_mm256_loadu_si256(place), steps),
                                             width);
      _mm256_storeu_si256(place, _mm256_or_si256(high, low.read(packed)));
      steps = _mm256_add_epi32(steps, _mm256_set1_epi32(8));
    }
  }
  join(packed, shift, width, first + static_cast<std::uint32_t>(done), positions + done,
       count - done);
}

}  // namespace

const bit_kernels& avx2_bit_kernels() {
  static constexpr bit_kernels only{find_ones, pack, set_steps, join_eights, ascend};
  return only;
}

}  // namespace echelon::compression

#else

namespace echelon::compression {

const bit_kernels& avx2_bit_kernels() { return portable_bit_kernels(); }

}  // namespace echelon::compression

#endif
