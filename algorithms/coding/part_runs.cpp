#include "algorithms/coding/part_runs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::coding {
namespace {

/// Positions by falling number, equal ones in their order.
std::vector<std::size_t> falling(std::span<const double> numbers) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [numbers](std::size_t i) { return numbers[i]; });
  return order;
}

}  // namespace

std::vector<index> quotas(std::span<const double> capacities, index total, index cap) {
  std::vector<index> shares(capacities.size(), 0);
  double sum = std::accumulate(capacities.begin(), capacities.end(), 0.0);
  std::vector<double> remainders(capacities.size(), -1.0);
  index left = total;
  index unsettled = total;
  for (const std::size_t i : falling(capacities)) {
    expects(capacities[i] >= 0);
    if (capacities[i] == 0)
      break;
    const double share = capacities[i] * static_cast<double>(left) / sum;
    if (share >= static_cast<double>(cap)) {  // the greatest come first, so that no capped one
      shares[i] = cap;                        // follows one that is not
      left -= cap;
      sum -= capacities[i];
    } else {
      shares[i] = static_cast<index>(std::floor(share));
      remainders[i] = share - std::floor(share);
    }
    unsettled -= shares[i];
  }
  for (const std::size_t i : falling(remainders)) {
    if (unsettled == 0 || remainders[i] < 0)
      break;
    ++shares[i];
    --unsettled;
  }
  expects(unsettled == 0);
  return shares;
}

std::vector<support> lay_runs(std::span<const index> shares, index parts) {
  std::vector<index> starts;
  index reached = 0;
  for (const index share : shares) {
    expects(share >= 0 && share <= parts);
    starts.push_back(reached % parts);
    reached += share;
  }
  expects(reached % parts == 0);
  std::vector<index> cuts = starts;
  cuts.insert(cuts.end(), {0, parts});
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  std::vector<support> supports;
  for (std::size_t cut = 0; cut + 1 < cuts.size(); ++cut) {
    auto& held = supports.emplace_back(support{{}, cuts[cut + 1] - cuts[cut]});
    for (index sender = 0; sender < std::ssize(shares); ++sender)
      if ((cuts[cut] - starts[slot(sender)] + parts) % parts < shares[slot(sender)])
        held.holders.push_back(sender);
  }
  return supports;
}

}  // namespace echelon::coding
