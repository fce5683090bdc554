#include "algorithms/compression/codecs/bit_kernels.hpp"

namespace echelon::compression {
namespace {

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#else
  return false;
#endif
}

}  // namespace

const bit_kernels& bit_kernels_here() {
  static const bit_kernels& best = has_avx2() ? avx2_bit_kernels() : portable_bit_kernels();
  return best;
}

}  // namespace echelon::compression
