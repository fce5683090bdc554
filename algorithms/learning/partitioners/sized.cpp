#include "algorithms/learning/partitioners/sized.hpp"

#include <numeric>

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {
namespace {

const std::vector<parameter>& labels_declared() {
  static const std::vector<parameter> all{{.name = "alpha",
                                           .kind = value_kind::number,
                                           .fallback = {},
                                           .summary = "concentration of each part's label mix",
                                           .least = 1e-3,
                                           .most = 1e6,
                                           .required = true}};
  return all;
}

/// The class that a draw in [0, 1) falls on, among those that have rows left; `mix` or, where that
/// gives all its weight to exhausted classes, what is left.
std::size_t drawn_class(std::span<const double> mix, std::span<const std::vector<index>> left,
                        double uniform) {
  const auto weigh = [&](auto weight) {
    double sum = 0;
    for (std::size_t one = 0; one < left.size(); ++one)
      sum += left[one].empty() ? 0 : weight(one);
    double mark = uniform * sum;
    std::size_t last = left.size();
    for (std::size_t one = 0; one < left.size() && sum > 0; ++one) {
      if (left[one].empty() || weight(one) <= 0)
        continue;
      last = one;
      mark -= weight(one);
      if (mark < 0)
        break;
    }
    return last;
  };
  const std::size_t wanted = weigh([&](std::size_t one) { return mix[one]; });
  return wanted < left.size()
             ? wanted
             : weigh([&](std::size_t one) { return static_cast<double>(left[one].size()); });
}

partition deal_mixed(const dataset& samples, std::span<const index> counts, double alpha,
                     random_stream& random) {
  auto left = rows_by_class(samples, random);
  std::vector<std::vector<double>> mixes;
  std::vector<index> turns;
  for (std::size_t part = 0; part < counts.size(); ++part) {
    mixes.push_back(dirichlet_weights(std::ssize(left), alpha, random));
    turns.insert(turns.end(), static_cast<std::size_t>(counts[part]), static_cast<index>(part));
  }
  random.shuffle(std::span{turns});
  partition dealt(counts.size());
  for (const index turn : turns) {
    const auto part = static_cast<std::size_t>(turn);
    auto& rows = left[drawn_class(mixes[part], left, random.uniform())];
    dealt[part].push_back(rows.back());
    rows.pop_back();
  }
  return dealt;
}

}  // namespace

parameter labels_parameter() {
  return {.name = "labels",
          .kind = value_kind::table,
          .fallback = {},
          .summary = "{ alpha = ... }: give each part a label mix from Dirichlet(alpha)"};
}

result<std::optional<double>> labels_alpha(const parameters& given) {
  if (!given.has("labels"))
    return std::nullopt;
  ECHELON_TRY(const parameters labels,
              parameters::resolve(given.at("labels"), labels_declared(), "data.partition.labels"));
  return labels.number("alpha");
}

result<partition> deal_sized(std::string_view policy, const dataset& samples,
                             std::span<const double> weights, std::optional<double> alpha,
                             random_stream& random) {
  const index parts = std::ssize(weights);
  ECHELON_CHECK(alpha ? check_labelled(policy, samples, parts)
                      : check_parts(policy, samples, parts));
  auto counts = apportion(samples.count, weights);
  raise_to_one(counts);
  if (alpha)
    return repaired(deal_mixed(samples, counts, *alpha, random));
  const auto rows = permutation(random, samples.count);
  partition dealt;
  auto next = rows.begin();
  for (const index count : counts) {
    dealt.emplace_back(next, next + count);
    next += count;
  }
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
