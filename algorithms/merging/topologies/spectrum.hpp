#pragma once

#include <optional>

#include "algorithms/merging/topologies/peer_network.hpp"

namespace echelon::merging {

/// The second largest absolute eigenvalue of a matrix whose columns add up to 1.
/// Cost: O(N^3).
double second_eigenvalue(const matrix& mixing);

/// sqrt(rho) = || W - J ||_2, J = 1 1' / N: what one round leaves of the disagreement at worst.
/// The same as the second eigenvalue where W is symmetric. Cost: O(N^3).
double contraction(const matrix& mixing);

/// W(T-1) ... W(0) over one period.
matrix period_product(const peer_network& network);

/// 1 minus the second largest absolute eigenvalue; where graphs vary, minus its root per round of a
/// period, so that a period that averages exactly has the gap 1.
double spectral_gap(const peer_network& network);

/// Rounds until at most `share` of the disagreement is left, by the gap; a period, where that
/// averages exactly; nullopt where the gap is 0.
std::optional<double> rounds_to_consensus(const peer_network& network, double share);

/// The components of the graph's second smallest Laplacian eigenvector: where it jumps, the graph
/// is thin. Links count both ways. Cost: O(N^3). Source: Fiedler 1973.
vector fiedler_vector(const peer_graph& graph);

/// R(a, b): the resistance between a and b where every edge is one ohm; 1 on an edge that is the
/// only way. Errors: expects a connected graph. Cost: O(N^3). Source: Klein, Randic 1993.
matrix effective_resistance(const peer_graph& graph);

}  // namespace echelon::merging
