#include "algorithms/hierarchy/groupings/group_iid.hpp"

#include <numeric>

#include "algorithms/hierarchy/groupings/balanced_groups.hpp"
#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {
namespace {

constexpr int passes_max = 32;

std::vector<std::vector<index>> balance(const shard_profiles& shards,
                                        std::span<const index> members,
                                        std::span<const index> sizes) {
  balanced_groups dealt{shards, members, sizes};
  dealt.deal();
  for (int pass = 0; pass < passes_max && dealt.swap_pass();)
    ++pass;
  return dealt.groups();
}

result<void> check_profiles(const tree& shape, const shard_profiles& shards) {
  if (shards.shards() == shape.workers() && shards.mixes.rows() == shape.workers())
    return {};
  return fail(errc::bad_input,
              "{} weights and {} label mixes for {} workers; groups \"group-iid\" need one of each "
              "for each worker",
              shards.shards(), shards.mixes.rows(), shape.workers());
}

}  // namespace

result<seating> group_iid::seat(const tree& shape, const shard_profiles& shards,
                                random_stream) const {
  ECHELON_CHECK(check_profiles(shape, shards));
  const tiers levels{shape};
  seating seats(slot(shape.workers()));
  std::iota(seats.begin(), seats.end(), index{0});
  for (index tier = 0; tier + 1 < levels.levels(); ++tier) {
    std::size_t child = 0;  // of the tier below, which lists children in their parents' order
    const auto below = levels.nodes(tier + 1);
    for (const tier_node& node : levels.nodes(tier)) {
      std::vector<index> sizes;
      for (index held = 0; held < node.worker_count; ++child) {
        sizes.push_back(below[child].worker_count);
        held += sizes.back();
      }
      const auto members = std::span{seats}.subspan(slot(node.first_worker),
                                                    slot(node.worker_count));
      auto seat = members.begin();
      for (const auto& group : balance(shards, members, sizes))
        seat = std::ranges::copy(group, seat).out;
    }
  }
  return seats;
}

}  // namespace echelon::hierarchy
