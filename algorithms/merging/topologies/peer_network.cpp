#include "algorithms/merging/topologies/peer_network.hpp"

#include <cmath>

namespace echelon::merging {
namespace {

constexpr double sum_tolerance = 1e-9;

result<void> check_entries(const matrix& weights, const peer_graph& graph) {
  for (index to = 0; to < graph.peers(); ++to)
    for (index from = 0; from < graph.peers(); ++from) {
      const double weight = weights(to, from);
      if (!std::isfinite(weight) || weight < -sum_tolerance)
        return fail(errc::bad_input, "{} gives {} the weight {}; it must be 0 or more",
                    peer_name(to), peer_name(from), weight);
      if (to != from && weight != 0 && !graph.has({from, to}))
        return fail(errc::bad_input, "{} gives {} the weight {} but does not hear it",
                    peer_name(to), peer_name(from), weight);
    }
  return {};
}

result<void> check_sum(double sum, index peer, std::string_view verb) {
  if (std::abs(sum - 1) <= sum_tolerance)
    return {};
  return fail(errc::bad_input, "the weights of what {} {} add up to {:.6g}; they must add up to 1",
              peer_name(peer), verb, sum);
}

result<void> check_symmetric(const matrix& weights) {
  for (index a = 0; a < weights.rows(); ++a)
    for (index b = 0; b < a; ++b)
      if (std::abs(weights(a, b) - weights(b, a)) > sum_tolerance)
        return fail(errc::bad_input,
                    "{} gives {} the weight {:.6g} and gets {:.6g}; both must be the same",
                    peer_name(a), peer_name(b), weights(a, b), weights(b, a));
  return {};
}

/// A link of weight 0 connects nobody.
peer_graph weighed_links(const matrix& weights) {
  peer_graph graph{weights.rows()};
  for (index to = 0; to < weights.rows(); ++to)
    for (index from = 0; from < weights.cols(); ++from)
      if (to != from && weights(to, from) > 0)
        graph.add({from, to});
  return graph;
}

}  // namespace

std::string_view to_string(weights_needed needed) {
  switch (needed) {
    case weights_needed::column_stochastic: return "column stochastic";
    case weights_needed::doubly_stochastic: return "doubly stochastic";
    case weights_needed::symmetric: return "symmetric";
  }
  return "unknown";
}

result<void> check_mixing(const matrix& weights, const peer_graph& graph, weights_needed needed) {
  if (weights.rows() != graph.peers() || weights.cols() != graph.peers())
    return fail(errc::bad_input, "a mixing matrix of {} x {} does not fit {} peers", weights.rows(),
                weights.cols(), graph.peers());
  ECHELON_CHECK(check_entries(weights, graph));
  for (index peer = 0; peer < graph.peers(); ++peer)
    ECHELON_CHECK(check_sum(weights.col(peer).sum(), peer, "sends"));
  for (index peer = 0; needed > weights_needed::column_stochastic && peer < graph.peers(); ++peer)
    ECHELON_CHECK(check_sum(weights.row(peer).sum(), peer, "hears"));
  return needed == weights_needed::symmetric ? check_symmetric(weights) : result<void>{};
}

result<peer_network> peer_network::make(topology_ptr graphs, const mixing_weights& rule,
                                        weights_needed needed) {
  ECHELON_TRY(auto weights, rule.weigh(*graphs));
  std::vector<peer_graph> used;
  for (index round = 0; round < graphs->period(); ++round) {
    ECHELON_CHECK(check_mixing(weights[slot(round)], graphs->graph(round), needed));
    used.push_back(weighed_links(weights[slot(round)]));
  }
  ECHELON_CHECK(check_connected(united(used)));
  return peer_network{std::move(graphs), std::move(weights)};
}

mixing_row peer_network::row(index peer, index round) const {
  const matrix& weights = mixing(round);
  mixing_row made{weights(peer, peer)};
  for (const index from : graph(round).senders(peer))
    made.others.push_back({from, weights(peer, from)});
  return made;
}

mixing_row peer_network::column(index peer, index round) const {
  const matrix& weights = mixing(round);
  mixing_row made{weights(peer, peer)};
  for (const index to : graph(round).receivers(peer))
    made.others.push_back({to, weights(to, peer)});
  return made;
}

}  // namespace echelon::merging
