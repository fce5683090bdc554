#include "algorithms/hierarchy/half_batches.hpp"

#include <algorithm>

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

}  // namespace

half_batch_report report_of_worker(double weight, vector first, vector second) {
  const double noise = 0.5 * (first - second).squaredNorm();
  return {weight, std::move(first), std::move(second), noise};
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
