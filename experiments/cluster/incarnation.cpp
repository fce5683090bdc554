#include "experiments/cluster/incarnation.hpp"

#include <algorithm>
#include <chrono>

namespace echelon::experiments {

std::uint64_t new_incarnation() {
  static std::uint64_t last = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  last = std::max(last + 1, static_cast<std::uint64_t>(since));
  return last;
}

}  // namespace echelon::experiments
