#include "algorithms/hierarchy/half_batches.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::hierarchy {
namespace {

template <class Scalar>
vector sketch_of(std::span<const Scalar> gradient, index buckets, std::uint64_t seed) {
  expects(buckets > 0);
  vector found = vector::Zero(buckets);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const std::uint64_t hash = hash_combine(seed, i);
    const auto number = static_cast<double>(gradient[i]);
    // The lowest bit is the sign, the others choose the bucket: independent of each other.
    const auto bucket = static_cast<index>((hash >> 1U) % static_cast<std::uint64_t>(buckets));
    found[bucket] += (hash & 1U) != 0 ? number : -number;
  }
  return found;
}

/// Of a node all of whose children are without weight.
half_batch_report weightless(const half_batch_report& child) {
  return {.first = vector::Zero(child.first.size()),
          .second = vector::Zero(child.second.size()),
          .divergences = std::vector<double>(child.divergences.size() + 1)};
}

half_batch_report merged_of_those_with_weight(std::vector<half_batch_report> children) {
  const half_batch_report none = weightless(children.front());
  std::erase_if(children, [](const half_batch_report& child) { return child.weight == 0; });
  return children.empty() ? none : merged(children);
}

}  // namespace

half_batch_report report_of_worker(double weight, vector first, vector second) {
  const double noise = 0.5 * (first - second).squaredNorm();
  return {weight, std::move(first), std::move(second), noise};
}

half_batch_report report_of_shard(double weight, const vector& first, const vector& second,
                                  const shard_draw& drawn) {
  const auto rows = static_cast<double>(drawn.rows), half = static_cast<double>(drawn.half);
  const double apart = std::sqrt(std::max(0.0, 1 - 2 * half / rows));
  const vector middle = 0.5 * (first + second), offset = (0.5 * apart) * (first - second);
  const double of_one_row = 0.5 * half * (first - second).squaredNorm();
  const double batch = drawn.batch == 0 ? rows : std::min(static_cast<double>(drawn.batch), rows);
  return {weight, middle + offset, middle - offset, of_one_row / batch * (1 - batch / rows)};
}

half_batch_report merged(std::span<const half_batch_report> children) {
  expects(!children.empty());
  const index length = children.front().first.size();
  half_batch_report found{.first = vector::Zero(length), .second = vector::Zero(length)};
  std::size_t levels = 0;
  for (const half_batch_report& child : children) {
    found.weight += child.weight;
    levels = std::max(levels, child.divergences.size());
  }
  expects(found.weight > 0);
  found.divergences.assign(levels + 1, 0.0);
  for (const half_batch_report& child : children) {
    const double share = child.weight / found.weight;
    found.first += share * child.first;
    found.second += share * child.second;
    found.noise += share * child.noise;
    for (std::size_t level = 0; level < child.divergences.size(); ++level)
      found.divergences[level + 1] += share * child.divergences[level];
  }
  // Centred before they are multiplied: nothing cancels.
  for (const half_batch_report& child : children)
    found.divergences[0] += child.weight / found.weight *
                            (child.first - found.first).dot(child.second - found.second);
  return found;
}

tree_report merged(const tiers& where, std::vector<half_batch_report> workers) {
  expects(std::ssize(workers) == where.workers());
  tree_report found;
  for (index tier = where.levels(); tier > 0; --tier) {
    std::vector<std::vector<half_batch_report>> families(where.nodes(tier - 1).size());
    for (std::size_t node = 0; node < workers.size(); ++node)
      families[slot(where.nodes(tier)[node].parent)].push_back(std::move(workers[node]));
    workers.clear();
    for (auto& children : families)
      workers.push_back(merged_of_those_with_weight(std::move(children)));
    if (tier == where.levels())
      for (const half_batch_report& group : workers)
        found.by_group.push_back(group.divergences.front());
  }
  found.root = std::move(workers.front());
  return found;
}

vector sketch(std::span<const float> gradient, index buckets, std::uint64_t seed) {
  return sketch_of(gradient, buckets, seed);
}

vector sketch(std::span<const double> gradient, index buckets, std::uint64_t seed) {
  return sketch_of(gradient, buckets, seed);
}

vector gradient_proxy(const vector& start, const vector& end, double rate, index steps) {
  expects(rate > 0 && steps > 0);
  return (start - end) / (rate * static_cast<double>(steps));
}

double smoothness_between(const vector& from, const vector& to, const vector& gradient_from,
                          const vector& gradient_to) {
  const double distance = (to - from).norm();
  return distance > 0 ? (gradient_to - gradient_from).norm() / distance : 0;
}

}  // namespace echelon::hierarchy
