#include "algorithms/merging/mixing/absence_policies.hpp"

#include <cmath>

#include "algorithms/base/contract.hpp"

namespace echelon::merging {
namespace {

/// Each neighbour's weight times `share(known)`; the rest goes to the peer itself.
template <class Share>
mixing_row rest_to_self(const mixing_row& row, std::span<const neighbour_presence> known,
                        Share share) {
  expects(known.size() == row.others.size());
  mixing_row weighed{row.self};
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto [peer, weight] = row.others[i];
    const double kept = weight * share(known[i]);
    weighed.self += weight - kept;
    if (kept > 0)
      weighed.others.push_back({peer, kept});
  }
  return weighed;
}

double is_fresh(const neighbour_presence& known) { return known.age == 0 ? 1 : 0; }

}  // namespace

mixing_row edge_symmetric::weigh(const mixing_row& row,
                                 std::span<const neighbour_presence> known) const {
  return rest_to_self(row, known, [](const neighbour_presence& neighbour) {
    return neighbour.confirmed ? is_fresh(neighbour) : 0;
  });
}

mixing_row absent_to_self::weigh(const mixing_row& row,
                                 std::span<const neighbour_presence> known) const {
  return rest_to_self(row, known, is_fresh);
}

mixing_row renormalise::weigh(const mixing_row& row,
                              std::span<const neighbour_presence> known) const {
  mixing_row weighed = rest_to_self(row, known, is_fresh);
  double present = row.self;
  for (const mixing_row::part& other : weighed.others)
    present += other.weight;
  if (!(present > 0))
    return weighed;  // nobody is there, and the row gives the peer itself nothing
  weighed.self = row.self / present;
  for (mixing_row::part& other : weighed.others)
    other.weight /= present;
  return weighed;
}

std::vector<parameter> stale_neighbours::declared() {
  return {{"age_max", value_kind::integer, 10, "rounds after which a model is too old", 0},
          {"gamma", value_kind::number, 1.0, "what a round of age leaves of the weight", 0.0, 1.0}};
}

result<stale_neighbours> stale_neighbours::make(const parameters& given) {
  return stale_neighbours{given.integer("age_max"), given.number("gamma")};
}

mixing_row stale_neighbours::weigh(const mixing_row& row,
                                   std::span<const neighbour_presence> known) const {
  return rest_to_self(row, known, [&](const neighbour_presence& neighbour) {
    return neighbour.age && *neighbour.age <= age_max_
               ? std::pow(gamma_, static_cast<double>(*neighbour.age))
               : 0;
  });
}

matrix mixing_among(const std::vector<bool>& present, const peer_network& network, index round,
                    const absence_policy& policy) {
  std::vector<index> place, peers;
  for (index peer = 0; peer < network.peers(); ++peer) {
    place.push_back(std::ssize(peers));
    if (present[slot(peer)])
      peers.push_back(peer);
  }
  matrix mixing = matrix::Zero(std::ssize(peers), std::ssize(peers));
  for (const index peer : peers) {
    const mixing_row row = network.row(peer, round);
    std::vector<neighbour_presence> known;
    for (const auto& [other, weight] : row.others)
      known.push_back(present[slot(other)] ? neighbour_presence{0, true} : neighbour_presence{});
    const mixing_row weighed = policy.weigh(row, known);
    mixing(place[slot(peer)], place[slot(peer)]) = weighed.self;
    for (const auto& [other, weight] : weighed.others)
      mixing(place[slot(peer)], place[slot(other)]) = weight;
  }
  return mixing;
}

result<void> check_absence(const absence_policy& policy, const peer_network& network) {
  for (index round = 0; policy.confirms() && round < network.period(); ++round)
    ECHELON_CHECK(
        check_mixing(network.mixing(round), network.graph(round), weights_needed::symmetric));
  return {};
}

const absence_catalogue& absence_policies() {
  static const absence_catalogue known{"merging.absence",
                                       {
                                           policy_entry<edge_symmetric, absence_policy>(),
                                           policy_entry<absent_to_self, absence_policy>(),
                                           policy_entry<renormalise, absence_policy>(),
                                           policy_entry<stale_neighbours, absence_policy>(),
                                       }};
  return known;
}

}  // namespace echelon::merging
