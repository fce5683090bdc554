#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/peers/peer_messages.hpp"
#include "actors/peers/peering.hpp"

namespace echelon::actors {

/// What the graph that peers go by promises them, with whoever is gone left out. Pure.
class graph_outlook {
public:
  explicit graph_outlook(const peering& plan) : plan_(&plan), present_(slot(plan.peers()), true) {}

  void lose(std::int32_t peer);
  void regain(std::int32_t peer);
  /// More links, from an exchange on; those that have no weights change nothing.
  void change(const graph_changed& what);

  /// rho per exchange: what that one leaves of the disagreement at worst; 1 where the graph has
  /// fallen apart. Cost: O(N^3) where it has changed since it was asked last.
  double contraction(index exchange);
  /// Links that have been added by that exchange.
  index links_added(index exchange) const;
  /// What was new by that exchange, each told once; "" where nothing was.
  std::string take_news(index exchange);

private:
  struct change_made {
    index exchange = 0;
    index links = 0;
    merging::peer_network network;
    std::string news;
  };

  /// How many changes are in force.
  std::size_t in_force(index exchange) const;
  double contraction_of(const merging::peer_network& network) const;

  const peering* plan_;
  std::vector<bool> present_;
  std::vector<change_made> changes_;                     ///< in order
  std::optional<std::pair<std::size_t, double>> known_;  ///< contraction after so many changes
};

}  // namespace echelon::actors
