#include "algorithms/merging/topologies/graph_keeper.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::merging {
namespace {

/// Below this share of the gap that it had, a graph is worth new links.
constexpr double gap_share = 0.9;
constexpr index links_max = 8;

}  // namespace

graph_keeper::graph_keeper(peer_graph graph, index patience)
    : graph_(std::move(graph)), patience_(patience), present_(slot(graph_.peers()), true) {
  expects(graph_.undirected());
  gap_wanted_ = gap_share * propose_repair(graph_, present_).spectral_gap;
}

void graph_keeper::lose(index peer) {
  worse_ = worse_ || present_[slot(peer)];
  present_[slot(peer)] = false;
  std::erase_if(missed_,
                [peer](const auto& one) { return one.first.from == peer || one.first.to == peer; });
}

void graph_keeper::regain(index peer) { present_[slot(peer)] = true; }

void graph_keeper::missed(const std::set<peer_link>& links) {
  std::map<peer_link, index> now;
  for (const peer_link& link : links) {
    if (!present_[slot(link.from)] || !present_[slot(link.to)])
      continue;
    const auto before = missed_.find(link);
    now[link] = (before == missed_.end() ? 0 : before->second) + 1;
    worse_ = worse_ || now[link] == patience_;
  }
  missed_ = std::move(now);
}

std::set<peer_link> graph_keeper::cuts() const {
  std::set<peer_link> found;
  for (const auto& [link, rounds] : missed_)
    if (rounds >= patience_)
      found.insert(link);
  return found;
}

std::vector<peer_link> graph_keeper::repair() {
  std::vector<peer_link> added;
  if (!std::exchange(worse_, false))
    return added;
  const auto add = [&](const repair_proposal& proposal) {
    for (const peer_link& link : proposal.added) {
      graph_.connect(link.from, link.to);
      added.push_back(link);
    }
  };
  add(propose_repair(graph_, present_));
  const std::set<peer_link> cut = cuts();
  peer_graph usable = graph_;
  for (const peer_link& link : cut)
    usable.disconnect(link.from, link.to);
  const std::vector<index> parts = components(usable, present_);
  for (index part = 0; part <= std::ranges::max(parts); ++part) {
    std::vector<bool> members;
    for (const index one : parts)
      members.push_back(one == part);
    add(propose_repair(usable, members, gap_wanted_, links_max, cut));
  }
  std::ranges::sort(added);
  return added;
}

}  // namespace echelon::merging
