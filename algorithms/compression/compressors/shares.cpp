#include "algorithms/compression/compressors/shares.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::compression {
namespace {

/// What a segment has, may have, and would have if coordinates could be cut.
struct share {
  index given = 0, size = 0;
  double exact = 0;
};

std::vector<share> rounded_down(double total, double length, std::span<const segment> segments) {
  std::vector<share> shares;
  for (const segment& one : segments) {
    const index size = one.dense ? 0 : one.size;
    const double exact = size == 0 ? 0 : total * static_cast<double>(size) / length;
    shares.push_back(
        {std::clamp(static_cast<index>(exact), std::min<index>(1, size), size), size, exact});
  }
  return shares;
}

/// Moves one unit to the share that is furthest below its exact one (`up`) or from the one that is
/// furthest above. False when all are full, or down to one.
bool move_one(std::vector<share>& shares, bool up) {
  share* best = nullptr;
  double best_gap = 0;
  for (share& one : shares) {
    const double gap = (one.exact - static_cast<double>(one.given)) * (up ? 1 : -1);
    const bool can = up ? one.given < one.size : one.given > 1;
    if (can && (best == nullptr || gap > best_gap)) {
      best = &one;
      best_gap = gap;
    }
  }
  if (best == nullptr)
    return false;
  best->given += up ? 1 : -1;
  return true;
}

}  // namespace

std::vector<index> split_coordinates(std::int64_t total, std::span<const segment> segments) {
  expects(total >= 0);
  std::vector<index> split(segments.size());
  index length = 0;
  for (const segment& one : segments)
    length += one.dense ? 0 : one.size;
  total = std::min<std::int64_t>(total, length);
  if (total == 0)
    return split;
  auto shares = rounded_down(static_cast<double>(total), static_cast<double>(length), segments);
  index left = total;
  for (const share& one : shares)
    left -= one.given;
  while (left != 0 && move_one(shares, left > 0))
    left += left > 0 ? -1 : 1;
  std::ranges::transform(shares, split.begin(), &share::given);
  return split;
}

}  // namespace echelon::compression
