#include "algorithms/aggregation/coordinate_rules.hpp"

#include <algorithm>

#include "algorithms/aggregation/distance_rules.hpp"

namespace echelon::aggregation {
namespace {

/// In each coordinate the mean of those that are left without `cut` at either end; ties go to lower
/// senders.
aggregate middle_mean(std::span<const block> senders, index cut) {
  const std::size_t first = slot(cut), last = senders.size() - slot(cut);
  const double share = 1 / static_cast<double>(last - first);
  aggregate made{block_builder{senders.front().size(), senders.front().kind(), contents::unset},
                 std::vector<double>(senders.size())};
  with_scalar(made.value.kind(), [&]<class Scalar>(Scalar) {
    const auto value = made.value.as<Scalar>();
    std::vector<std::span<const Scalar>> rows;
    for (const block& sender : senders)
      rows.push_back(sender.as<Scalar>());
    std::vector<std::pair<Scalar, std::size_t>> column(senders.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      for (std::size_t s = 0; s < senders.size(); ++s)
        column[s] = {rows[s][i], s};
      std::ranges::sort(column);
      double sum = 0;
      for (std::size_t rank = first; rank < last; ++rank) {
        sum += static_cast<double>(column[rank].first);
        made.shares[column[rank].second] += share / static_cast<double>(value.size());
      }
      value[i] = static_cast<Scalar>(sum * share);
    }
  });
  return made;
}

}  // namespace

result<aggregate> plain_mean::combine_finite(std::span<const block> senders, index) const {
  std::vector<double> shares(senders.size(), 1 / static_cast<double>(senders.size()));
  return aggregate{weighted_sum(senders, shares), std::move(shares)};
}

result<aggregate> coordinate_median::combine_finite(std::span<const block> senders, index) const {
  return middle_mean(senders, (std::ssize(senders) - 1) / 2);
}

std::vector<parameter> trimmed_mean::declared() { return {liars_parameter()}; }

result<trimmed_mean> trimmed_mean::make(const parameters& given) {
  return trimmed_mean{given.integer("liars")};
}

result<aggregate> trimmed_mean::combine_finite(std::span<const block> senders, index faulty) const {
  const index cut = std::max<index>(liars_ - faulty, 0);
  if (2 * cut >= std::ssize(senders))
    return fail(errc::too_many_stragglers,
                "{} vectors leave nothing without {} at either end; there must be more than {}",
                senders.size(), cut, 2 * cut);
  return middle_mean(senders, cut);
}

}  // namespace echelon::aggregation
