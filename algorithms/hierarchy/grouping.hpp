#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/matrix.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/tree.hpp"

namespace echelon::hierarchy {

/// What is known of the shards of data, of which each worker computes one.
/// Shapes: one row of `mixes` and one weight a shard. A row is what groups are to be alike in: the
/// share of each label or, where labels are private, a sketch of the shard's gradient.
struct shard_profiles {
  matrix mixes;
  std::vector<double> weights;

  index shards() const { return std::ssize(weights); }
};

/// For each worker, depth first, the shard it computes. The tree stays; shards change seats.
using seating = std::vector<index>;

/// Which workers' data belong together. A policy axis: `hierarchy.groups`.
class grouping {
public:
  virtual ~grouping() = default;
  /// Whether another stream gives other groups, so that regrouping means something.
  virtual bool draws() const = 0;
  /// A permutation of the shards. Errors: a request that does not fit the tree. `shards` are as
  /// many as the workers.
  virtual result<seating> seat(const tree& shape, const shard_profiles& shards,
                               random_stream random) const = 0;
};

using grouping_ptr = std::shared_ptr<const grouping>;
using grouping_catalogue = catalogue<grouping>;
/// contiguous, random, group-iid, listed.
const grouping_catalogue& groupings();

/// `hierarchy.groups`: a policy's name, or lists of shards for `listed`.
result<grouping_ptr> read_grouping(const value& groups,
                                   const grouping_catalogue& known = groupings());

/// When groups are drawn anew: `hierarchy.regroup`.
enum class regrouping : unsigned char { never, every_global_round };

/// "never", "every-global-round"; nullopt: neither.
std::optional<regrouping> regrouping_of(std::string_view text);

/// The seats in a global round (from 0): a pure function of the seed and the round. Redrawing makes
/// the expectation over random groups hold along the run (specification 7.3, its caveat [R]).
/// Errors: those of the policy; regrouping by one that does not draw.
result<seating> seats_of_round(const grouping& policy, regrouping when, const tree& shape,
                               const shard_profiles& shards, std::uint64_t seed, index round);

/// How far groups are from the mix: sum_k pi_k ||h_k - h||^2 over the nodes of a tier, where worker
/// j computes shard seats[j].
double mix_divergence(const tree& shape, const shard_profiles& shards, std::span<const index> seats,
                      index tier);

}  // namespace echelon::hierarchy
