#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/delay_law.hpp"
#include "algorithms/base/node.hpp"
#include "algorithms/base/units.hpp"

namespace echelon::transmission {

enum class direction : unsigned char { down, up };

/// Who takes part, so that lists of per-node settings can be checked and nodes be drawn for.
struct delay_context {
  index workers = 0;
  index edges = 0;
  std::uint64_t seed = 0;  ///< delay_seed
};

/// How long nodes compute and how long their links take, round by round. A policy axis:
/// `delays.model`.
///
/// Every answer is a pure function of (seed, node, round): unit variates drawn by (purpose, node,
/// round) and scaled by the load, so that all policies compared meet the same stragglers. Markov
/// states are found without stored state, by walking back to the last round whose draw decides the
/// state alone.
class delay_model {
public:
  virtual ~delay_model() = default;
  /// Time for `parts` parts at a worker. Linear in the unit variate: D parts take shift D +
  /// Exp(mean D / rate), times the slow factor. Every further task of a round has a variate of its
  /// own; slow is drawn once.
  virtual seconds compute(node_id worker, index round, double parts, index task = 0) const = 0;
  /// Time of one model or gradient message over the node's link to its parent, tries included.
  virtual seconds link(node_id node, index round, direction way) const = 0;
  /// True in rounds in which the node was drawn slow.
  virtual bool slow(node_id node, index round) const = 0;
  /// The law of these draws in one round, whatever the rounds before; nullopt where none is known,
  /// so that a planner has to sample.
  virtual std::optional<delay_law> law(node_id) const { return std::nullopt; }
};

using delay_model_ptr = std::shared_ptr<const delay_model>;
using delay_catalogue = catalogue<delay_model, const delay_context&>;
/// none, shifted-exponential, markov, transient, trace.
const delay_catalogue& delay_models();

}  // namespace echelon::transmission
