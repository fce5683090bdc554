// Compiled with -mavx2 -mbmi -mpopcnt.
#if defined(__x86_64__)
#include <immintrin.h>

#include "algorithms/compression/selection/scan_loops.hpp"

namespace echelon::compression {
namespace {

struct avx2_blocks {
  static std::uint64_t exceeding(const float* values, std::uint32_t below) {
    const __m256i bound = _mm256_set1_epi32(static_cast<int>(below));
    const __m256i no_sign = _mm256_set1_epi32(0x7FFFFFFF);
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < block_size; at += 8) {
      const __m256i some = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + at));
      const __m256i more = _mm256_cmpgt_epi32(_mm256_and_si256(some, no_sign), bound);
      const auto eight = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(more)));
      bits |= std::uint64_t{eight} << at;
    }
    return bits;
  }
};

}  // namespace

const scan_kernels avx2_scan = scan_loops<avx2_blocks>::named("avx2");

}  // namespace echelon::compression
#endif
