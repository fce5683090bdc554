#pragma once

#include <map>
#include <memory>

#include "actors/peers/peering.hpp"

namespace echelon::actors {

/// One exchange as one peer sees it.
struct meeting {
  index number = 0;            ///< counted by all peers alike, from 1
  merging::mixing_row row;     ///< how it weighs itself and whom it hears
  merging::mixing_row column;  ///< what it gives itself and each receiver
};

/// Where in a run a peer is: in a round, before a stretch of steps.
struct place_in_run {
  index round = 1;
  index steps_left = 0;
};

/// When a peer exchanges with whom. Every peer holds one and asks it the same questions, so that
/// all of them draw the same pairs without a word.
class meetings {
public:
  meetings(const peering& plan, std::uint64_t seed, index peer);

  /// How many steps to take, at most `most`, before the peer exchanges or the round is over. With
  /// whole models it is all of them.
  index stretch(index most);
  /// Whether an exchange follows the stretch.
  bool due() const { return due_; }
  meeting next();
  index held() const { return held_; }

  /// From an exchange on, another network is gone by.
  void change_network(index exchange, merging::peer_network network);
  /// How the peer weighs those it hears in the next exchange along links.
  merging::mixing_row row_ahead() const { return network().row(peer_, held_); }

  /// Asks what a peer asks in so many rounds of so many steps each.
  void skip_rounds(index rounds, index steps);
  /// Asks what a peer asks until the stretch that ends in an exchange, or where whole models merge
  /// that exchange itself, comes next; answers where that is: behind the last round where there is
  /// no such exchange.
  place_in_run skip_to(index exchange, index rounds, index steps);

private:
  const merging::peer_network& network() const;

  const peering* plan_;
  index peer_;
  std::map<index, std::shared_ptr<const merging::peer_network>> changes_;  ///< by first exchange
  random_stream draws_;
  index step_ = 0, held_ = 0;
  bool due_ = false;
};

}  // namespace echelon::actors
