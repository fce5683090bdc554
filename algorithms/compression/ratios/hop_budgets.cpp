#include "algorithms/compression/ratios/hop_budgets.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/ratios/allocation.hpp"

namespace echelon::compression {
namespace {

/// A^(1/3): sum of (weight divergence)^(2/3).
double need(const hop& which) {
  double total = 0;
  for (std::size_t i = 0; i < which.weights.size(); ++i) {
    const double scaled = which.weights[i] *
                          (which.divergences.empty() ? 1.0 : which.divergences[i]);
    total += power(scaled, 2.0 / 3);
  }
  return total;
}

double senders(const hop& which) { return static_cast<double>(which.weights.size()); }

}  // namespace

std::vector<double> hop_budgets(std::span<const hop> hops, double budget) {
  expects(budget > 0 && budget <= 1);
  std::vector<double> wanted;  // sums of ratios, up to a common factor
  double total = 0, factor_most = 0;
  for (const hop& each : hops) {
    wanted.push_back(need(each) * power(each.price, -1.0 / 3));
    total += budget * each.price * senders(each);
    if (wanted.back() > 0)
      factor_most = std::max(factor_most, senders(each) / wanted.back());
  }
  const auto ratios = [&](double factor) {
    std::vector<double> made;
    for (std::size_t h = 0; h < hops.size(); ++h)
      made.push_back(std::min(factor * wanted[h] / senders(hops[h]), 1.0));
    return made;
  };
  constexpr int bisections = 120;
  double low = 0, high = factor_most;
  for (int step = 0; step < bisections; ++step) {
    const double middle = std::midpoint(low, high);
    const std::vector<double> tried = ratios(middle);
    double cost = 0;
    for (std::size_t h = 0; h < hops.size(); ++h)
      cost += hops[h].price * senders(hops[h]) * tried[h];
    (cost < total ? low : high) = middle;
  }
  return ratios(high);
}

}  // namespace echelon::compression
