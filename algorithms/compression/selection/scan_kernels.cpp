#include "algorithms/compression/selection/scan_kernels.hpp"

#include <vector>

namespace echelon::compression {
namespace {

std::vector<scan_kernels> detect() {
  std::vector<scan_kernels> all{baseline_scan};
#if defined(__x86_64__)
  const bool counts_bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  if (counts_bits && __builtin_cpu_supports("avx2"))
    all.push_back(avx2_scan);
  if (counts_bits && __builtin_cpu_supports("avx512f"))
    all.push_back(avx512_scan);
#endif
  return all;
}

}  // namespace

std::span<const scan_kernels> runnable_scans() {
  static const std::vector<scan_kernels> all = detect();
  return all;
}

}  // namespace echelon::compression
