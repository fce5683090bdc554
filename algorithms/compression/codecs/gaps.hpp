#pragma once

#include <cstdint>
#include <span>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// Calls `use` with how many indices are left out before each one.
template <class Use>
void for_gaps(std::span<const std::uint32_t> indices, Use use) {
  if (!indices.empty())
    use(indices.front());
  for (std::size_t i = 1; i < indices.size(); ++i)
    use(indices[i] - indices[i - 1] - 1);
}

/// The other way round.
class gap_sum {
public:
  explicit gap_sum(index length) : room_(static_cast<std::uint64_t>(length)) {}

  /// False where there is no such index below the length.
  bool skip(std::uint64_t gap) {
    if (gap >= room_ - least_)
      return false;
    least_ += gap + 1;
    return true;
  }
  std::uint32_t landed() const { return static_cast<std::uint32_t>(least_ - 1); }

private:
  std::uint64_t room_, least_ = 0;
};

/// The chance that 2^power or more of `length` are left out, when `count` are drawn by chance.
inline double longer_gaps(index count, index length, int power) {
  double chance = 1 - static_cast<double>(count) / static_cast<double>(length);
  for (; power > 0; --power)
    chance *= chance;
  return chance;
}

}  // namespace echelon::compression
