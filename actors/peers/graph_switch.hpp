#pragma once

#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "actors/peers/peer_messages.hpp"
#include "algorithms/merging/topologies/peer_graph.hpp"

namespace echelon::actors {

/// Brings new links to all peers at the same exchange. Everybody is asked to open no further
/// exchange, and which one that would have been; once all have answered or are gone, all are told
/// to go by the new graph from the furthest's on. Nobody can be behind that word: whoever was asked
/// waits for it, and a newcomer waits to be welcomed. Pure: told of events, it has letters to send.
class graph_switch {
public:
  struct letter {
    std::int32_t to = 0;
    std::variant<graph_coming, graph_changed, peer_welcome> word;
  };

  explicit graph_switch(index peers);

  /// More links. Those told while others are on their way go with them.
  void add(const std::vector<merging::peer_link>& links);
  void answered(const graph_answer& what);
  void lose(std::int32_t peer);
  /// A newcomer, who is told of all that the others know.
  void welcome(std::int32_t peer);

  std::vector<letter> take_letters() { return std::exchange(letters_, {}); }
  /// What all have been told since it was asked last.
  std::optional<graph_changed> take_settled() { return std::exchange(settled_, {}); }

private:
  void ask(std::int32_t peer);
  void settle();

  std::set<std::int32_t> here_, asked_;
  graph_changed coming_;
  std::vector<graph_changed> told_;
  std::optional<graph_changed> settled_;
  bool under_way_ = false;
  std::vector<letter> letters_;
};

}  // namespace echelon::actors
