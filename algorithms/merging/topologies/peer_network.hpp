#pragma once

#include "algorithms/merging/topologies/mixing_weights.hpp"

namespace echelon::merging {

/// What a way of mixing needs of its weights.
enum class weights_needed : unsigned char {
  column_stochastic,  ///< push-sum: every sender gives away what it has
  doubly_stochastic,  ///< averaging that keeps the mean
  symmetric,          ///< and edges that can be dropped at both ends alike
};

std::string_view to_string(weights_needed needed);

/// How one peer weighs a round: itself and those it hears, ascending.
struct mixing_row {
  struct part {
    index peer = 0;
    double weight = 0;

    bool operator==(const part&) const = default;
  };

  double self = 1;
  std::vector<part> others = {};

  bool operator==(const mixing_row&) const = default;
};

/// Graphs and weights that fit together and have been checked: finite, not negative, on the graph's
/// links alone, as stochastic as needed, and connected over a period.
class peer_network {
public:
  /// Errors: one sentence that names the peer and the numbers.
  static result<peer_network> make(topology_ptr graphs, const mixing_weights& rule,
                                   weights_needed needed = weights_needed::doubly_stochastic);

  index peers() const { return graphs_->peers(); }
  index period() const { return graphs_->period(); }
  /// `round` from 0.
  const peer_graph& graph(index round) const { return graphs_->graph(round); }
  const matrix& mixing(index round) const { return weights_[slot(round % period())]; }
  mixing_row row(index peer, index round) const;
  /// What a sender gives each receiver, ascending: its column.
  mixing_row column(index peer, index round) const;
  /// Every link of a period.
  peer_graph all_links() const { return united(graphs_->graphs); }

private:
  peer_network(topology_ptr graphs, std::vector<matrix> weights)
      : graphs_(std::move(graphs)), weights_(std::move(weights)) {}

  topology_ptr graphs_;
  std::vector<matrix> weights_;
};

/// Errors: the first breach, naming the peer. Tolerance: sums within 1e-9 of 1, as files written
/// with ten digits have them.
result<void> check_mixing(const matrix& weights, const peer_graph& graph, weights_needed needed);

}  // namespace echelon::merging
