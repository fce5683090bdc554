#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/probing.hpp"
#include "algorithms/base/units.hpp"
#include "algorithms/merging/mixing/absence_policy.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"

namespace echelon::actors {

/// Whom a peer waits for when it exchanges.
enum class waiting_for : unsigned char {
  everyone,  ///< this exchange's models of all neighbours
  recent,    ///< models at most `staleness` exchanges old
  nobody,    ///< whatever has come is used
};

/// What bounds on a run of peers are made from.
struct peer_bound_question {
  const model_probe& start;  ///< of the mean of the models that the run began with
  const model_probe& now;
  index rounds = 0;         ///< so far
  double disagreement = 0;  ///< of the models that the run began with
  double contraction = 0;   ///< rho: what the worst exchange left of the disagreement at worst
};

/// What makes a run one of peers without a coordinator. Rounds are the same for both kinds of rule:
/// where whole models merge, merge, then train; else as many steps, with exchanges in between.
struct peering {
  merging::peer_network network;
  /// How models merge, once a round; nullptr: peers mix as they learn, by the other one.
  std::shared_ptr<const merging::merge_rule> merges;
  std::shared_ptr<const merging::mixing_rule> mixes;
  std::shared_ptr<const merging::absence_policy> absence;
  std::optional<merging::permutation_spec> spec = {};  ///< of the network
  learning::math_mode math = learning::math_mode::native;

  waiting_for mode = waiting_for::everyone;
  index staleness = 1;
  /// How long a peer that is ready to exchange waits for others at most; 0: for ever.
  seconds patience{0};

  /// How many neighbours' models a peer asks for at once where it asks for them; 0: for all.
  index models_at_once = 1;

  std::vector<index> steps = {};  ///< local steps in a round, by peer
  index pretrain_epochs = 0;      ///< of each peer alone, before the run's clock starts
  bool different_starts = false;
  std::vector<std::vector<index>> calibration = {};  ///< rows of the training data, by peer

  /// Tree along which orders of units go before the first merge: the parent of each peer, -1 for
  /// the root. Empty: they do not.
  std::vector<index> order_parents = {};

  /// Weighs another graph than the one the run began with. Empty: graphs are not repaired.
  std::function<result<merging::peer_network>(merging::peer_graph)> reweigh = {};

  index probe_every = 0;  ///< rounds from one look at all models to the next; 0: never
  /// Bounds on the mean of |grad f|^2 and on the disagreement, and the rates they allow, by name.
  std::function<std::map<std::string, double>(const peer_bound_question&)> bounds = {};

  index peers() const { return network.peers(); }
  /// Whether peers ask for each other's models when they have room for them, and merge what comes
  /// at once. Else each sends its own as soon as it has it: where models are mixed at every step,
  /// used when they are old, or not used before their receiver has confirmed the other direction.
  bool fetches() const {
    return merges && mode == waiting_for::everyone && !absence->keeps_stale() &&
           !(absence->confirms() && patience > seconds{0});
  }
  /// Identifies what peers must agree on before they merge.
  std::uint64_t spec_hash() const { return spec ? spec->hash : 0; }
};

/// The plan's network with more links, where it reweighs. Errors: bad_input for ends of no link of
/// these peers; the weights'.
result<merging::peer_network> with_links(const peering& plan, std::span<const std::int32_t> ends);

/// Breadth first from peer 0.
std::vector<index> spanning_tree(const merging::peer_graph& graph);

}  // namespace echelon::actors
