#include "algorithms/merging/topologies/topology_doctor.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/merging/topologies/spectrum.hpp"
#include "algorithms/merging/topologies/weightings.hpp"

namespace echelon::merging {
namespace {

constexpr index weak_links_max = 5;
constexpr double consensus_share = 1e-3;

/// 0 where the graph falls apart.
double gap_of(const peer_graph& graph) {
  const auto network = peer_network::make(constant(graph), metropolis_hastings{});
  return network ? spectral_gap(*network) : 0;
}

/// The links that carry most, by the jump of the Fiedler vector across them; ties as they come.
std::vector<peer_link> suspects(const peer_graph& graph) {
  auto links = graph.edges();
  const vector level = fiedler_vector(graph);
  const auto jump = [&](const peer_link& link) {
    return std::abs(level(link.from) - level(link.to));
  };
  std::ranges::stable_sort(links, std::greater{}, jump);
  links.resize(slot(std::min(weak_links_max, std::ssize(links))));
  return links;
}

std::vector<weak_link> weak_links(const peer_graph& graph) {
  const matrix resistance = effective_resistance(graph);
  std::vector<weak_link> found;
  for (const peer_link link : suspects(graph)) {
    peer_graph without = graph;
    without.disconnect(link.from, link.to);
    found.push_back({link, resistance(link.from, link.to), gap_of(without)});
  }
  std::ranges::stable_sort(found, {}, &weak_link::gap_without);
  return found;
}

std::vector<index> cut_peers(const peer_graph& graph) {
  std::vector<index> found;
  for (index peer = 0; peer < graph.peers(); ++peer) {
    std::vector<bool> present(slot(graph.peers()), true);
    present[slot(peer)] = false;
    if (std::ranges::max(components(graph, present)) > 0)
      found.push_back(peer);
  }
  return found;
}

/// Links both ways; what the doctor says of weak places does not depend on directions.
peer_graph both_ways(const peer_graph& graph) {
  peer_graph made{graph.peers()};
  for (const peer_link link : graph.edges())
    made.connect(link.from, link.to);
  return made;
}

/// The graph among some peers, numbered anew.
struct excerpt {
  std::vector<index> peers;
  peer_graph graph;

  void connect(index a, index b, repair_proposal& proposal) {
    graph.connect(a, b);
    proposal.added.push_back(
        {std::min(peers[slot(a)], peers[slot(b)]), std::max(peers[slot(a)], peers[slot(b)])});
  }
};

excerpt among(const peer_graph& graph, const std::vector<bool>& present) {
  excerpt made;
  for (index peer = 0; peer < graph.peers(); ++peer)
    if (present[slot(peer)])
      made.peers.push_back(peer);
  made.graph = peer_graph{std::ssize(made.peers)};
  for (index a = 0; a < made.graph.peers(); ++a)
    for (index b = 0; b < a; ++b)
      if (const peer_link link{made.peers[slot(a)], made.peers[slot(b)]};
          graph.has(link) || graph.has({link.to, link.from}))
        made.graph.connect(a, b);
  return made;
}

/// The peer of a part that has the fewest links.
index least_linked(const peer_graph& graph, const std::vector<index>& parts, index part) {
  index best = -1;
  const auto degree = [&](index peer) { return std::ssize(graph.receivers(peer)); };
  for (index peer = 0; peer < graph.peers(); ++peer)
    if (parts[slot(peer)] == part && (best < 0 || degree(peer) < degree(best)))
      best = peer;
  return best;
}

void join_parts(excerpt& here, repair_proposal& proposal) {
  const auto parts = components(here.graph);
  const index count = std::ranges::max(parts) + 1;
  const index joints = count > 2 ? count : count - 1;
  for (index part = 0; part < joints; ++part)
    here.connect(least_linked(here.graph, parts, part),
                 least_linked(here.graph, parts, (part + 1) % count), proposal);
}

/// The two peers, neither linked yet nor barred, that are farthest apart by the Fiedler vector.
std::optional<peer_link> widest(const excerpt& here, const std::set<peer_link>& barred) {
  const peer_graph& graph = here.graph;
  const vector level = fiedler_vector(graph);
  std::optional<peer_link> best;
  double most = -1;
  for (index a = 0; a < graph.peers(); ++a)
    for (index b = a + 1; b < graph.peers(); ++b)
      if (const double apart = std::abs(level(a) - level(b));
          apart > most && !graph.has({a, b}) &&
          !barred.contains({here.peers[slot(a)], here.peers[slot(b)]})) {
        most = apart;
        best = {a, b};
      }
  return best;
}

}  // namespace

topology_report examine(const peer_network& network, const merge_traffic& traffic) {
  const peer_graph links = network.all_links();
  topology_report report{.nodes = network.peers(),
                         .edges = std::ssize(links.edges()),
                         .period = network.period(),
                         .spectral_gap = spectral_gap(network),
                         .contraction = std::pow(contraction(period_product(network)),
                                                 1 / static_cast<double>(network.period())),
                         .rounds_to_consensus = rounds_to_consensus(network, consensus_share)};
  for (index round = 0; round < network.period(); ++round)
    report.messages_per_round += static_cast<double>(network.graph(round).messages());
  report.messages_per_round /= static_cast<double>(network.period());
  report.bytes_per_epoch = report.messages_per_round * traffic.message_bytes *
                           traffic.rounds_per_epoch;
  const peer_graph undirected = both_ways(links);
  report.weak_links = weak_links(undirected);
  report.cut_peers = cut_peers(undirected);
  report.mixing = network.mixing(0);
  return report;
}

repair_proposal propose_repair(const peer_graph& graph, const std::vector<bool>& present,
                               double gap_wanted, index links_max,
                               const std::set<peer_link>& barred) {
  repair_proposal proposal;
  excerpt here = among(graph, present);
  if (here.peers.empty())
    return proposal;
  join_parts(here, proposal);
  proposal.spectral_gap = gap_of(here.graph);
  for (index added = 0; added < links_max && proposal.spectral_gap < gap_wanted; ++added) {
    const auto link = widest(here, barred);
    if (!link)
      break;
    here.connect(link->from, link->to, proposal);
    proposal.spectral_gap = gap_of(here.graph);
  }
  return proposal;
}

void contraction_meter::add(double before, double after) {
  if (!(before > 0) || !(after >= 0))
    return;
  ++merges_;
  last_ = after / before;
  // An exact merge must not make the mean 0 for good.
  log_sum_ += std::log(std::max(last_, 1e-16));
}

double contraction_meter::mean() const {
  return merges_ == 0 ? 0 : std::exp(log_sum_ / static_cast<double>(merges_));
}

}  // namespace echelon::merging
