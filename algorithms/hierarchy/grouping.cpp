#include "algorithms/hierarchy/grouping.hpp"

#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {

result<grouping_ptr> read_grouping(const value& groups, const grouping_catalogue& known) {
  if (groups.is_list())
    return known.make("listed", value{value_table{{"lists", groups}}}, "hierarchy.groups");
  if (!groups.is_text())
    return std::unexpected(
        refusal(groups.where(), "hierarchy.groups",
                fmt::format("{} is neither a name nor lists of shards", groups.toml())));
  auto made = known.make(groups.text(), value{}, "hierarchy.groups");
  if (!made)
    return std::unexpected(refusal(groups.where(), "hierarchy.groups", made.error().detail));
  return made;
}

std::optional<regrouping> regrouping_of(std::string_view text) {
  if (text == "never")
    return regrouping::never;
  if (text == "every-global-round")
    return regrouping::every_global_round;
  return std::nullopt;
}

result<seating> seats_of_round(const grouping& policy, regrouping when, const tree& shape,
                               const shard_profiles& shards, std::uint64_t seed, index round) {
  const bool anew = when == regrouping::every_global_round;
  if (anew && !policy.draws())
    return fail(errc::not_supported,
                "hierarchy.regroup = \"every-global-round\" would give the same groups every time; "
                "it needs hierarchy.groups = \"random\"");
  return policy.seat(shape, shards,
                     {seed, "hierarchy.groups", anew ? static_cast<std::uint64_t>(round) : 0U});
}

double mix_divergence(const tree& shape, const shard_profiles& shards, std::span<const index> seats,
                      index tier) {
  const tiers levels{shape};
  const auto sum = [&](index first, index count, double& weight) {
    vector mix = vector::Zero(shards.mixes.cols());
    for (const index shard : seats.subspan(slot(first), slot(count))) {
      weight += shards.weights[slot(shard)];
      mix += shards.weights[slot(shard)] * shards.mixes.row(shard).transpose();
    }
    return mix;
  };
  double total = 0;
  const vector all = sum(0, std::ssize(seats), total);
  double divergence = 0;
  for (const tier_node& node : levels.nodes(tier)) {
    double weight = 0;
    const vector mix = sum(node.first_worker, node.worker_count, weight);
    if (weight > 0)
      divergence += weight / total * (mix / weight - all / total).squaredNorm();
  }
  return divergence;
}

}  // namespace echelon::hierarchy
