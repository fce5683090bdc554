// The baseline of any CPU.
#include "algorithms/compression/selection/scan_loops.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace echelon::compression {
namespace {

struct baseline_blocks {
  static std::uint64_t exceeding(const float* values, std::uint32_t below) {
    std::uint64_t bits = 0;
#if defined(__SSE2__)
    const __m128i bound = _mm_set1_epi32(static_cast<int>(below));
    const __m128i no_sign = _mm_set1_epi32(0x7FFFFFFF);
    for (unsigned at = 0; at < block_size; at += 4) {
      const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + at));
      const __m128i more = _mm_cmpgt_epi32(_mm_and_si128(some, no_sign), bound);
      bits |= static_cast<std::uint64_t>(_mm_movemask_ps(_mm_castsi128_ps(more))) << at;
    }
#else
    for (unsigned at = 0; at < block_size; ++at)
      bits |= std::uint64_t{magnitude_of(values[at]) > below} << at;
#endif
    return bits;
  }
};

}  // namespace

const scan_kernels baseline_scan = scan_loops<baseline_blocks>::named("baseline");

}  // namespace echelon::compression
