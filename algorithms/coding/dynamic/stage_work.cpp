#include "algorithms/coding/dynamic/stage_work.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/coding/part_runs.hpp"
#include "algorithms/coding/polynomial_kernel.hpp"
#include "algorithms/coding/replica_groups.hpp"

namespace echelon::coding {
namespace {

std::vector<helper_row> empty_rows(std::span<const helper> helpers) {
  std::vector<helper_row> rows;
  for (const helper& able : helpers)
    rows.push_back({able.sender, {}});
  return rows;
}

/// Helper h of a circle of H takes point (h q) mod H, with q coprime to H and near the golden
/// section: neighbours, who share parts, are then far apart.
std::vector<double> spread_points(index count) {
  index stride = std::max<index>(1, count * 618 / 1000);
  while (std::gcd(stride, count) != 1)
    ++stride;
  const auto points = chebyshev_points(count);
  std::vector<double> spread;
  for (index number = 0; number < count; ++number)
    spread.push_back(points[slot(number * stride % count)]);
  return spread;
}

std::vector<helper_row> replicated(std::span<const coded_part> missing,
                                   std::span<const helper> helpers, const code_shape& shape) {
  const replica_groups groups{shape, shape.stragglers + 1};
  auto rows = empty_rows(helpers);
  for (index number = 0; number < shape.senders; ++number)
    for (const coded_part& entry : groups.work(number))
      rows[slot(number)].parts.push_back(missing[slot(entry.part)]);
  return rows;
}

std::vector<helper_row> coded(std::span<const coded_part> missing, std::span<const helper> helpers,
                              const code_shape& shape) {
  const auto shares = quotas(shape.capacities, shape.parts * (shape.stragglers + 1), shape.parts);
  const auto supports = lay_runs(shares, shape.parts);
  const polynomial_kernel<double> kernel{spread_points(shape.senders), supports};
  std::vector<index> starts{0};
  for (const support& run : supports)
    starts.push_back(starts.back() + run.parts);
  auto rows = empty_rows(helpers);
  for (index number = 0; number < shape.senders; ++number)
    for (const auto& entry : kernel.row(number))
      for (index place = starts[slot(entry.support)]; place < starts[slot(entry.support) + 1];
           ++place) {
        const coded_part& wanted = missing[slot(place)];
        rows[slot(number)].parts.push_back({wanted.part, wanted.coefficient * entry.coefficient});
      }
  return rows;
}

}  // namespace

std::vector<helper_row> share_out(std::span<const coded_part> missing,
                                  std::span<const helper> helpers, index stragglers) {
  expects(!missing.empty() && !helpers.empty());
  const index tolerated = std::min(stragglers, std::ssize(helpers) - 1);
  std::vector<helper> busy{helpers.begin(), helpers.end()};
  const index useful = std::ssize(missing) * (tolerated + 1);
  if (std::ssize(busy) > useful) {
    std::ranges::stable_sort(busy, std::ranges::greater{}, &helper::speed);
    busy.erase(busy.begin() + useful, busy.end());
  }
  code_shape shape{std::ssize(busy), std::ssize(missing), tolerated};
  for (const helper& able : busy)
    shape.capacities.push_back(able.speed);
  auto rows = shape.senders % (tolerated + 1) == 0 ? replicated(missing, busy, shape)
                                                   : coded(missing, busy, shape);
  std::erase_if(rows, [](const helper_row& row) { return row.parts.empty(); });
  std::ranges::sort(rows, {}, &helper_row::sender);
  return rows;
}

}  // namespace echelon::coding
