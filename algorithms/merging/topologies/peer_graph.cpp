#include "algorithms/merging/topologies/peer_graph.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/node.hpp"

namespace echelon::merging {
namespace {

void insert_sorted(std::vector<index>& into, index peer) {
  const auto place = std::ranges::lower_bound(into, peer);
  if (place == into.end() || *place != peer)
    into.insert(place, peer);
}

void erase_sorted(std::vector<index>& from, index peer) {
  const auto place = std::ranges::lower_bound(from, peer);
  if (place != from.end() && *place == peer)
    from.erase(place);
}

/// Marks all that `next(peer)` leads to from `start`.
template <class Next>
void spread(index start, std::vector<bool>& reached, Next next) {
  std::vector<index> waiting{start};
  reached[slot(start)] = true;
  while (!waiting.empty()) {
    const index peer = waiting.back();
    waiting.pop_back();
    for (const index other : next(peer))
      if (!reached[slot(other)]) {
        reached[slot(other)] = true;
        waiting.push_back(other);
      }
  }
}

}  // namespace

std::string peer_name(index peer) {
  return to_string(node_id{role::peer, static_cast<std::int32_t>(peer)});
}

void peer_graph::connect(index a, index b) {
  add({a, b});
  add({b, a});
}

void peer_graph::add(peer_link link) {
  expects(link.from != link.to);
  insert_sorted(out_.at(slot(link.from)), link.to);
  insert_sorted(in_.at(slot(link.to)), link.from);
}

void peer_graph::disconnect(index a, index b) {
  for (const peer_link link : {peer_link{a, b}, peer_link{b, a}}) {
    erase_sorted(out_.at(slot(link.from)), link.to);
    erase_sorted(in_.at(slot(link.to)), link.from);
  }
}

bool peer_graph::has(peer_link link) const {
  return std::ranges::binary_search(receivers(link.from), link.to);
}

bool peer_graph::undirected() const { return out_ == in_; }

std::vector<peer_link> peer_graph::edges() const {
  std::vector<peer_link> all;
  const bool once = undirected();
  for (index from = 0; from < peers(); ++from)
    for (const index to : receivers(from))
      if (!once || from < to)
        all.push_back({from, to});
  return all;
}

index peer_graph::messages() const {
  index count = 0;
  for (const auto& receivers : out_)
    count += std::ssize(receivers);
  return count;
}

peer_graph united(std::span<const peer_graph> graphs) {
  peer_graph all{graphs.empty() ? 0 : graphs.front().peers()};
  for (const peer_graph& graph : graphs)
    for (index from = 0; from < graph.peers(); ++from)
      for (const index to : graph.receivers(from))
        all.add({from, to});
  return all;
}

std::vector<index> components(const peer_graph& graph, const std::vector<bool>& present) {
  std::vector<index> part(slot(graph.peers()), -1);
  const auto here = [&](index peer) { return present.empty() || present[slot(peer)]; };
  index parts = 0;
  for (index first = 0; first < graph.peers(); ++first) {
    if (!here(first) || part[slot(first)] >= 0)
      continue;
    std::vector<bool> reached(slot(graph.peers()));
    spread(first, reached, [&](index peer) {
      std::vector<index> next;
      for (const auto& side : {graph.receivers(peer), graph.senders(peer)})
        std::ranges::copy_if(side, std::back_inserter(next), here);
      return next;
    });
    for (index peer = 0; peer < graph.peers(); ++peer)
      if (reached[slot(peer)])
        part[slot(peer)] = parts;
    ++parts;
  }
  return part;
}

result<void> check_connected(const peer_graph& graph) {
  if (graph.peers() == 0)
    return fail(errc::bad_input, "a topology needs at least one peer");
  std::vector<bool> heard(slot(graph.peers())), hears(slot(graph.peers()));
  spread(0, hears, [&](index peer) { return graph.receivers(peer); });
  spread(0, heard, [&](index peer) { return graph.senders(peer); });
  for (index peer = 0; peer < graph.peers(); ++peer)
    if (!hears[slot(peer)] || !heard[slot(peer)])
      return fail(errc::bad_input,
                  "{} never {} {} over any links; a topology must connect all of its {} peers",
                  peer_name(peer), hears[slot(peer)] ? "reaches" : "hears from", peer_name(0),
                  graph.peers());
  return {};
}

}  // namespace echelon::merging
