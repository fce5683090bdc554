#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/merging/topologies/peer_network.hpp"

namespace echelon::merging {

/// What is known of one neighbour when a round closes.
struct neighbour_presence {
  /// Rounds since the newest model that came from it: 0 in this round; nullopt: none ever did.
  std::optional<index> age;
  /// It told in this round that ours came to it, and heard that we have its own.
  bool confirmed = false;
};

/// Who is weighed how when messages are lost, late or stale. A policy axis: `merging.absence`.
class absence_policy {
public:
  virtual ~absence_policy() = default;
  /// Weights for this round; who is left out has none. `known` goes with row.others. Rows always
  /// add up to 1.
  virtual mixing_row weigh(const mixing_row& row,
                           std::span<const neighbour_presence> known) const = 0;
  /// True where peers must confirm edges to each other before they mix.
  virtual bool confirms() const { return false; }
  /// True where models of earlier rounds are to be kept.
  virtual bool keeps_stale() const { return false; }
  /// True where symmetric weights keep the mean whatever is lost.
  virtual bool keeps_mean() const { return false; }
};

using absence_policy_ptr = std::shared_ptr<const absence_policy>;
using absence_catalogue = catalogue<absence_policy>;
/// edge-symmetric, self, renormalise, stale.
const absence_catalogue& absence_policies();

/// How those who are present weigh each other, in their order, while all others are gone and never
/// heard of. Shapes: as many rows and columns as are present. Cost: O(N^2).
matrix mixing_among(const std::vector<bool>& present, const peer_network& network, index round,
                    const absence_policy& policy);

/// Errors: edges are to be confirmed both ways where weights are not symmetric; names a peer.
result<void> check_absence(const absence_policy& policy, const peer_network& network);

}  // namespace echelon::merging
