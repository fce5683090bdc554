#include "actors/peers/graph_outlook.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "algorithms/merging/topologies/spectrum.hpp"

namespace echelon::actors {
namespace {

/// "links peer/1-peer/4, peer/2-peer/5 added from exchange 12 on, without peer/3".
std::string words_of(const graph_changed& what, std::size_t known,
                     const std::vector<bool>& present) {
  std::vector<std::string> links, gone;
  for (std::size_t i = known; i + 1 < what.ends.size(); i += 2)
    links.push_back(merging::peer_name(what.ends[i]) + "-" + merging::peer_name(what.ends[i + 1]));
  for (std::size_t peer = 0; peer < present.size(); ++peer)
    if (!present[peer])
      gone.push_back(merging::peer_name(static_cast<index>(peer)));
  return fmt::format("links {} added from exchange {} on{}", fmt::join(links, ", "), what.exchange,
                     gone.empty() ? "" : fmt::format(", without {}", fmt::join(gone, ", ")));
}

}  // namespace

void graph_outlook::lose(std::int32_t peer) {
  present_[slot(peer)] = false;
  known_.reset();
}

void graph_outlook::regain(std::int32_t peer) {
  present_[slot(peer)] = true;
  known_.reset();
}

void graph_outlook::change(const graph_changed& what) {
  auto network = with_links(*plan_, what.ends);
  if (!network)
    return;
  const index before = changes_.empty() ? 0 : changes_.back().links;
  changes_.push_back({what.exchange, std::ssize(what.ends) / 2, *std::move(network),
                      words_of(what, slot(2 * before), present_)});
}

std::size_t graph_outlook::in_force(index exchange) const {
  const auto later = [exchange](const change_made& one) { return one.exchange > exchange; };
  return slot(std::ranges::find_if(changes_, later) - changes_.begin());
}

double graph_outlook::contraction_of(const merging::peer_network& network) const {
  const index peers = std::ranges::count(present_, true);
  matrix product = matrix::Identity(peers, peers);
  for (index round = 0; round < network.period(); ++round)
    product = merging::mixing_among(present_, network, round, *plan_->absence) * product;
  return peers == 0
             ? 0
             : std::pow(merging::contraction(product), 2 / static_cast<double>(network.period()));
}

double graph_outlook::contraction(index exchange) {
  const std::size_t changes = in_force(exchange);
  if (!known_ || known_->first != changes)
    known_ = {changes,
              contraction_of(changes == 0 ? plan_->network : changes_[changes - 1].network)};
  return known_->second;
}

index graph_outlook::links_added(index exchange) const {
  const std::size_t changes = in_force(exchange);
  return changes == 0 ? 0 : changes_[changes - 1].links;
}

std::string graph_outlook::take_news(index exchange) {
  std::string news;
  for (std::size_t i = 0; i < in_force(exchange); ++i)
    if (const std::string one = std::exchange(changes_[i].news, {}); !one.empty())
      news += (news.empty() ? "" : "; ") + one;
  return news;
}

}  // namespace echelon::actors
