#include "actors/peers/graph_switch.hpp"

#include <algorithm>

namespace echelon::actors {

graph_switch::graph_switch(index peers) {
  for (std::int32_t peer = 0; peer < peers; ++peer)
    here_.insert(peer);
}

void graph_switch::add(const std::vector<merging::peer_link>& links) {
  for (const merging::peer_link& link : links) {
    coming_.ends.push_back(static_cast<std::int32_t>(link.from));
    coming_.ends.push_back(static_cast<std::int32_t>(link.to));
  }
  if (std::exchange(under_way_, true))
    return;
  ++coming_.change;
  for (const std::int32_t peer : here_)
    ask(peer);
  settle();
}

void graph_switch::ask(std::int32_t peer) {
  asked_.insert(peer);
  letters_.push_back({peer, graph_coming{coming_.change}});
}

void graph_switch::answered(const graph_answer& what) {
  if (what.change != coming_.change || asked_.erase(what.peer) == 0)
    return;
  coming_.exchange = std::max(coming_.exchange, what.exchange);
  settle();
}

void graph_switch::lose(std::int32_t peer) {
  here_.erase(peer);
  asked_.erase(peer);
  settle();
}

void graph_switch::settle() {
  if (!under_way_ || !asked_.empty())
    return;
  under_way_ = false;
  told_.push_back(coming_);
  settled_ = coming_;
  for (const std::int32_t peer : here_)
    letters_.push_back({peer, coming_});
}

void graph_switch::welcome(std::int32_t peer) {
  here_.insert(peer);
  if (under_way_)
    ask(peer);
  for (const graph_changed& word : told_)
    letters_.push_back({peer, word});
  letters_.push_back({peer, peer_welcome{}});
}

}  // namespace echelon::actors
