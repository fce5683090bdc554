#include "algorithms/hierarchy/divergence.hpp"

#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

/// The weighted mean of the rows below each node of a tier; zero where nobody has weight.
matrix means(const tiers& where, const matrix& rows, index tier) {
  const auto nodes = where.nodes(tier);
  matrix found = matrix::Zero(std::ssize(nodes), rows.cols());
  for (index node = 0; node < found.rows(); ++node) {
    const tier_node& here = nodes[slot(node)];
    for (index worker = here.first_worker; worker < here.first_worker + here.worker_count; ++worker)
      found.row(node) += where.weight(worker) * rows.row(worker);
    if (here.weight > 0)
      found.row(node) /= here.weight;
  }
  return found;
}

}  // namespace

double divergences::total() const { return std::accumulate(by_level.begin(), by_level.end(), 0.0); }

divergences measure_divergences(const tiers& where, const matrix& gradients) {
  expects(gradients.rows() == where.workers());
  divergences found;
  matrix above = means(where, gradients, 0);
  for (index tier = 1; tier <= where.levels(); ++tier) {
    matrix here = means(where, gradients, tier);
    double sum = 0;
    for (index node = 0; node < here.rows(); ++node) {
      const tier_node& known = where.nodes(tier)[slot(node)];
      sum += known.weight * (here.row(node) - above.row(known.parent)).squaredNorm();
    }
    found.by_level.push_back(sum);
    above = std::move(here);
  }
  return found;
}

std::vector<double> group_divergences(const tiers& where, const matrix& gradients) {
  expects(gradients.rows() == where.workers());
  const index tier = where.levels() - 1;
  const matrix centres = means(where, gradients, tier);
  std::vector<double> found(slot(centres.rows()), 0.0);
  const auto workers = where.nodes(where.levels());
  for (index worker = 0; worker < where.workers(); ++worker) {
    const index group = workers[slot(worker)].parent;
    const double weight = where.nodes(tier)[slot(group)].weight;
    if (weight > 0)
      found[slot(group)] += where.weight(worker) / weight *
                            (gradients.row(worker) - centres.row(group)).squaredNorm();
  }
  return found;
}

divergences expected_divergences(std::span<const index> node_counts, double total) {
  expects(node_counts.size() >= 2 && node_counts.front() == 1);
  divergences expected;
  const auto others = static_cast<double>(node_counts.back() - 1);
  for (std::size_t level = 1; level < node_counts.size(); ++level) {
    const auto added = static_cast<double>(node_counts[level] - node_counts[level - 1]);
    // One worker alone differs from nobody.
    expected.by_level.push_back(others > 0 ? added / others * total : 0);
  }
  return expected;
}

}  // namespace echelon::hierarchy
