#include "algorithms/merging/topologies/weightings.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

/// Weighs every link by `weight(sender, receiver)` and leaves senders the rest of what they have.
template <class Weight>
std::vector<matrix> weigh_links(const topology& graphs, Weight weight) {
  std::vector<matrix> all;
  for (const peer_graph& graph : graphs.graphs) {
    matrix& weights = all.emplace_back(matrix::Zero(graph.peers(), graph.peers()));
    for (index from = 0; from < graph.peers(); ++from) {
      for (const index to : graph.receivers(from))
        weights(to, from) = weight(graph, from, to);
      weights(from, from) = 1 - weights.col(from).sum();
    }
  }
  return all;
}

}  // namespace

result<std::vector<matrix>> metropolis_hastings::weigh(const topology& graphs) const {
  return weigh_links(graphs, [](const peer_graph& graph, index from, index to) {
    const index most = std::max(std::ssize(graph.receivers(from)), std::ssize(graph.senders(to)));
    return 1 / static_cast<double>(1 + most);
  });
}

result<std::vector<matrix>> automatic_weights::weigh(const topology& graphs) const {
  return graphs.stated_weights.empty() ? metropolis_hastings{}.weigh(graphs)
                                       : graphs.stated_weights;
}

result<std::vector<matrix>> uniform_weights::weigh(const topology& graphs) const {
  return weigh_links(graphs, [](const peer_graph& graph, index from, index) {
    return 1 / static_cast<double>(1 + std::ssize(graph.receivers(from)));
  });
}

result<std::vector<matrix>> lazy_weights::weigh(const topology& graphs) const {
  ECHELON_TRY(auto all, metropolis_hastings{}.weigh(graphs));
  for (matrix& weights : all)
    weights = (weights + matrix::Identity(weights.rows(), weights.cols())) / 2;
  return all;
}

result<std::vector<matrix>> stated_weights::weigh(const topology& graphs) const {
  if (graphs.stated_weights.empty())
    return fail(errc::bad_input, "weights = \"file\": this graph states none; it must be a file "
                                 "with pi, a base graph or the published bipartite one");
  return graphs.stated_weights;
}

const mixing_weights_catalogue& mixing_weightings() {
  static const mixing_weights_catalogue known{
      "topology.weights",
      {
          policy_entry<automatic_weights, mixing_weights>(),
          policy_entry<metropolis_hastings, mixing_weights>(),
          policy_entry<uniform_weights, mixing_weights>(),
          policy_entry<lazy_weights, mixing_weights>(),
          policy_entry<stated_weights, mixing_weights>(),
      }};
  return known;
}

}  // namespace echelon::merging
