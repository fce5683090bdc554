// Compiled with -mavx512f -mbmi -mpopcnt.
#if defined(__x86_64__)
#include <immintrin.h>

#include "algorithms/compression/selection/scan_loops.hpp"

namespace echelon::compression {
namespace {

struct avx512_blocks {
  static std::uint64_t exceeding(const float* values, std::uint32_t below) {
    const __m512i bound = _mm512_set1_epi32(static_cast<int>(below));
    const __m512i no_sign = _mm512_set1_epi32(0x7FFFFFFF);
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < block_size; at += 16) {
      const __m512i some = _mm512_and_si512(_mm512_loadu_si512(values + at), no_sign);
      bits |= std::uint64_t{_mm512_cmpgt_epi32_mask(some, bound)} << at;
    }
    return bits;
  }
};

}  // namespace

const scan_kernels avx512_scan = scan_loops<avx512_blocks>::named("avx512");

}  // namespace echelon::compression
#endif
