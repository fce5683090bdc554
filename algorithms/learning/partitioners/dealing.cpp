#include "algorithms/learning/partitioners/dealing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace echelon::learning {

result<void> check_parts(std::string_view policy, const dataset& samples, index parts) {
  expects(parts >= 1);
  if (samples.count < parts)
    return fail(errc::bad_input,
                "partition \"{}\": {} samples cannot fill {} parts; each needs at "
                "least one",
                policy, samples.count, parts);
  return {};
}

result<void> check_labelled(std::string_view policy, const dataset& samples, index parts) {
  if (samples.classes == 0)
    return fail(errc::bad_input,
                "partition \"{}\": deals by class, but {} is regression data without "
                "classes; \"iid\", \"sizes\" and \"quantity\" need none",
                policy, samples.name);
  return check_parts(policy, samples, parts);
}

std::vector<std::vector<index>> rows_by_class(const dataset& samples, random_stream& random) {
  std::vector<std::vector<index>> rows(static_cast<std::size_t>(samples.classes));
  for (index row = 0; row < samples.count; ++row)
    rows[static_cast<std::size_t>(samples.labels[static_cast<std::size_t>(row)])].push_back(row);
  std::erase_if(rows, [](const std::vector<index>& one) { return one.empty(); });
  for (auto& one : rows)
    random.shuffle(std::span{one});
  return rows;
}

std::vector<index> apportion(index total, std::span<const double> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  expects(sum > 0);
  std::vector<index> counts(weights.size());
  std::vector<double> remainders(weights.size());
  index given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = static_cast<double>(total) * (weights[i] / sum);
    counts[i] = static_cast<index>(std::floor(share));
    remainders[i] = share - std::floor(share);
    given += counts[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t i) { return remainders[i]; });
  for (std::size_t i = 0; given < total; i = (i + 1) % order.size(), ++given)
    ++counts[order[i]];
  // Rounding of the shares may have given one too many.
  for (; given > total; --given)
    --*std::ranges::max_element(counts);
  return counts;
}

void raise_to_one(std::span<index> counts) {
  for (index& count : counts)
    if (count == 0) {
      index& largest = *std::ranges::max_element(counts);
      expects(largest > 1);
      --largest;
      count = 1;
    }
}

std::vector<double> dirichlet_weights(index count, double alpha, random_stream& random) {
  std::vector<double> weights(static_cast<std::size_t>(count));
  for (double& weight : weights)
    weight = random.gamma(alpha);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum > 0) {
    for (double& weight : weights)
      weight /= sum;
  } else {
    // A tiny alpha makes every gamma variate underflow; its limit is all in one.
    weights[static_cast<std::size_t>(random.below(count))] = 1;
  }
  return weights;
}

partition repaired(partition parts) {
  for (auto& part : parts)
    std::ranges::sort(part);
  for (auto& part : parts)
    if (part.empty()) {
      auto& largest = *std::ranges::max_element(parts, {}, &std::vector<index>::size);
      expects(largest.size() > 1);
      part.push_back(largest.back());
      largest.pop_back();
    }
  return parts;
}

result<void> deal_classes(std::string_view policy, std::span<const std::vector<index>> classes,
                          index per_part, std::span<std::vector<index>> parts) {
  const index known = std::ssize(classes);
  const index count = std::ssize(parts);
  if (per_part > known || count * per_part < known)
    return fail(errc::bad_input,
                "partition \"{}\": {} parts of {} classes each cannot hold all {} "
                "classes just so; per_node must be between {} and {}",
                policy, count, per_part, known, (known + count - 1) / count, known);
  std::vector<std::vector<index>> holders(classes.size());
  index next = 0;
  for (index round = 0; round < per_part; ++round)
    for (index part = 0; part < count; ++part) {
      const auto held = [&](index one) {
        const auto& list = holders[static_cast<std::size_t>(one)];
        return std::ranges::find(list, part) != list.end();
      };
      while (held(next))
        next = (next + 1) % known;
      holders[static_cast<std::size_t>(next)].push_back(part);
      next = (next + 1) % known;
    }
  for (std::size_t one = 0; one < classes.size(); ++one) {
    const auto& rows = classes[one];
    const auto sharing = holders[one].size();
    if (rows.size() < sharing)
      return fail(errc::bad_input,
                  "partition \"{}\": the class of row {} has {} samples for {} parts; "
                  "use fewer parts or a larger per_node",
                  policy, rows.front(), rows.size(), sharing);
    for (std::size_t i = 0; i < rows.size(); ++i)
      parts[static_cast<std::size_t>(holders[one][i % sharing])].push_back(rows[i]);
  }
  return {};
}

}  // namespace echelon::learning
