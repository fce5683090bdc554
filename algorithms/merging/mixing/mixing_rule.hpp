#pragma once

#include <memory>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/merging/mixing/vector_sum.hpp"
#include "algorithms/merging/topologies/peer_network.hpp"

namespace echelon::merging {

/// What a peer has sent to and taken from one neighbour in all, where sums are running.
struct edge_account {
  index peer = 0;
  block_builder sent, taken;  ///< double; empty until there is something
  double sent_mass = 0, taken_mass = 0;
  index sent_count = 0, taken_count = 0;
};

/// All that a peer is between two steps. A value that checkpoints can hold; a copy shares memory,
/// so that whoever goes on with both takes `copy_of`.
struct peer_state {
  index steps = 0;       ///< combined so far
  index parameters = 0;  ///< of the model's numbers; the rest are measured buffers
  double rate = 0;       ///< of the newest step
  double mass = 1;       ///< push-sum's weight
  block_builder model;
  std::vector<block_builder> slots;    ///< velocity, tracker, ...; as long as the model
  std::vector<edge_account> accounts;  ///< by peer, ascending

  element_range trained() const { return {0, parameters}; }
  element_range measured() const { return {parameters, model.size()}; }
  element_range all() const { return {0, model.size()}; }
};

peer_state copy_of(const peer_state& state);

/// The gradient of this peer's weights on a neighbour's batch.
struct cross_gradient {
  double weight = 0;  ///< as this peer weighs that neighbour
  vector_view gradient;
};

/// One mini-batch's worth of learning at `mixing_rule::point`.
struct local_step {
  /// Means over the batch: gradients of the parameters, then, where there are buffers, the batch's
  /// statistics for them.
  vector_view gradient;
  double rate = 0;  ///< above 0
  double buffer_momentum = 0.1;
  std::span<const cross_gradient> crossed = {};
  std::span<const element_range> layers = {};  ///< of the parameters; none: all are one
};

/// What one peer sends to another one.
struct parcel {
  std::vector<block> vectors;
  std::vector<double> numbers;
};

struct arrival {
  index peer = 0;
  double weight = 0;
  parcel content;
};

/// Who exchanges with whom when a rule mixes.
enum class exchange : unsigned char {
  neighbours,      ///< all along the graph's links
  random_edge,     ///< the two ends of one random edge
  active_passive,  ///< on a bipartite graph, every peer of one side with a random neighbour
  everyone,        ///< all with all, each weighing 1/N
};

/// What a rule needs and costs.
struct mixing_traits {
  exchange with = exchange::neighbours;
  weights_needed weights = weights_needed::doubly_stochastic;
  /// Every eigenvalue of the weights must be above it; none is below -1.
  double eigenvalue_above = -2;
  bool constant_weights = false;  ///< changing graphs make it diverge
  index slots = 0;
  index vectors = 1;             ///< a message
  bool doubles = false;          ///< messages are in double whatever the model is
  bool crossed = false;          ///< neighbours also return gradients: `local_step::crossed`
  bool differs_by_peer = false;  ///< each receiver's parcel is its own
  bool survives_loss = false;    ///< lost messages change no mean in the end
};

/// How a peer without a server learns and mixes. A policy axis: `merging.policy`. Pure: all that
/// changes is the state it is given.
///
/// A step is: the gradient at `point(state)`; `adapt`; if `mixes`, a parcel of `offer` to each
/// receiver; `combine` with what arrived. A step without mixing, or a peer that heard nobody,
/// combines with itself alone (self = 1). What is lost is a matter of the weights: absence_policy.
class mixing_rule {
public:
  virtual ~mixing_rule() = default;
  virtual mixing_traits traits() const = 0;
  /// Whether peers exchange after this step (from 0). `draws` is the same for all peers and moves
  /// on by the same amount.
  virtual bool mixes(index step, random_stream& draws) const;
  /// Where the next gradient is taken.
  virtual block point(const peer_state& state) const;
  virtual void adapt(peer_state& state, const local_step& step) const = 0;
  /// `share` is what the sender's column gives that receiver; only push-sum scales by it.
  virtual parcel offer(peer_state& state, index receiver, double share) const;
  /// Arrivals by peer, ascending: sums do not depend on who was first.
  virtual void combine(peer_state& state, double self, std::span<const arrival> arrived) const;

protected:
  /// model -= rate * direction, and the buffers follow the batch.
  static void descend(peer_state& state, const local_step& step, vector_view direction);
  static void follow_batch(peer_state& state, const local_step& step);
  /// into = self * into + sum of weight * vectors[number].
  static void mix(block_builder& into, element_range range, double self,
                  std::span<const arrival> arrived, std::size_t number = 0);
};

using mixing_rule_ptr = std::shared_ptr<const mixing_rule>;
using mixing_rule_catalogue = catalogue<mixing_rule>;
/// Every baseline without neuron matching.
const mixing_rule_catalogue& mixing_rules();

/// A peer before its first step. `parameters` of the model's numbers are trained.
peer_state fresh_peer(const mixing_rule& rule, const block& model, index parameters);

/// Whether these weights are as the rule needs them. Errors: names the peer, or the eigenvalue.
result<void> check_rule(const mixing_rule& rule, const peer_network& network);

/// Bytes of one message's vectors for a model of that size.
double message_bytes(const mixing_traits& traits, index model_size, precision kind);

}  // namespace echelon::merging
