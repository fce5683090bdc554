#include "algorithms/learning/kernels/kernels.hpp"

#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning {
namespace kernels {
namespace {

enum class instruction_set { baseline, avx2, avx512 };

instruction_set detect() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return instruction_set::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return instruction_set::avx2;
#endif
  return instruction_set::baseline;
}

instruction_set chosen(math_mode math) {
  static const instruction_set best = detect();
  return math == math_mode::portable ? instruction_set::baseline : best;
}

}  // namespace

template <class Scalar>
const kernel_set<Scalar>& kernels_for(math_mode math) {
  switch (chosen(math)) {
    case instruction_set::avx512: return avx512_set<Scalar>();
    case instruction_set::avx2: return avx2_set<Scalar>();
    default: return baseline_set<Scalar>();
  }
}

template const kernel_set<float>& kernels_for<float>(math_mode);
template const kernel_set<double>& kernels_for<double>(math_mode);

}  // namespace kernels

std::string math_description(math_mode math) {
  if (math == math_mode::portable)
    return "portable";
  switch (kernels::chosen(math)) {
    case kernels::instruction_set::avx512: return "native avx512";
    case kernels::instruction_set::avx2: return "native avx2";
    default: return "native baseline";
  }
}

}  // namespace echelon::learning
