#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "actors/peers/meetings.hpp"

namespace echelon::actors {

/// What a peer goes on with after an exchange.
struct harvest {
  double self = 1;
  double others = 1;  ///< what the weights of those taken one by one are to be multiplied by
  std::vector<merging::arrival> arrived = {};  ///< by peer, ascending; but for those
  std::vector<index> absent = {};              ///< neighbours who were not used
  double missing = 0;                          ///< their weight together
};

/// What has come from a peer's neighbours, and whether it is enough. Pure: no actor, no clock.
///
/// An edge is confirmed once this exchange's parcel came from its other end and that end said that
/// ours came to it. Words about parcels are kept when they come early, as parcels are: a neighbour
/// is ahead by an exchange at most where everybody waits for everybody. Exchange 0, in which a peer
/// takes up another one's order or model, waits for that in every mode and confirms nothing.
class parcel_shelf {
public:
  explicit parcel_shelf(const peering& plan) : plan_(plan) {}

  void open(meeting now);
  /// False: of no use any more.
  bool add(index peer, index exchange, merging::parcel content);
  /// What came from a peer is no good: it is not waited for.
  void refuse(index peer, index exchange) { refused_.insert({exchange, peer}); }
  void confirm(index peer, index exchange, bool came);
  /// Nothing more is waited for in this exchange: models, or words on ours.
  void give_up() { patient_ = false; }
  void give_up_verdicts() { words_awaited_ = false; }
  /// A neighbour is gone for good, or there again: from an exchange on.
  void lose(index peer);
  void regain(index peer, index exchange) { gone_[peer] = exchange; }

  /// Where models are asked for: whom to ask now, of those whose models are to be merged next.
  std::vector<index> to_be_asked();
  /// The next one in ascending order of peers, if it is there, with the weight it has if all come;
  /// it is the caller's.
  std::optional<merging::arrival> next();
  /// Whether this exchange's models are asked for.
  bool fetches() const { return plan_.fetches() && now_.number > 0; }

  /// Whether nobody is left to wait for: for models, and for words on ours where edges are
  /// confirmed.
  bool models_in() const;
  bool verdicts_in() const;
  /// Whether a peer tells its neighbours what came of theirs.
  bool asks_for_words() const;
  bool came(index peer) const;
  /// Neighbours were told what came: what comes now is too late, or an edge would count at one end.
  void told() { told_ = true; }
  bool here(index peer) const;
  /// It is gone, and nothing is known of its return.
  bool lost(index peer) const;
  const meeting& now() const { return now_; }

  /// Closes the exchange.
  harvest take();

private:
  struct heard {
    index age = 0;
    const merging::parcel* content;
  };

  bool is_awaited(index peer) const;
  std::optional<heard> best(index peer) const;
  bool confirmed(index peer) const;
  merging::mixing_row weigh() const;
  void forget();

  const peering& plan_;
  meeting now_;
  std::map<index, std::map<index, merging::parcel>> parcels_;  ///< by peer and exchange
  std::map<index, merging::parcel> orders_;                    ///< by peer: what came as exchange 0
  std::map<std::pair<index, index>, bool> verdicts_;           ///< by exchange and peer
  std::set<std::pair<index, index>> refused_;
  std::map<index, std::optional<index>> gone_;  ///< until which exchange
  std::set<index> asked_, taken_;               ///< in this exchange, where models are asked for
  index passed_ = -1;  ///< the last peer of those that were taken or are not waited for
  bool patient_ = true, words_awaited_ = true, told_ = false;
};

}  // namespace echelon::actors
