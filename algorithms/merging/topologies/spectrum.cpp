#include "algorithms/merging/topologies/spectrum.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "algorithms/base/contract.hpp"

namespace echelon::merging {
namespace {

/// Below it an eigenvalue is rounding: the matrix averages exactly.
constexpr double rounding = 1e-12;

double zero_if_rounding(double value) { return value < rounding ? 0 : value; }

/// W - J keeps all eigenvalues of W but the 1 that its column sums stand for, which becomes 0.
matrix without_mean(const matrix& mixing) {
  return mixing.array() - 1 / static_cast<double>(mixing.rows());
}

matrix laplacian(const peer_graph& graph) {
  matrix made = matrix::Zero(graph.peers(), graph.peers());
  for (index from = 0; from < graph.peers(); ++from)
    for (const index to : graph.receivers(from))
      if (made(from, to) == 0) {
        made(from, to) = made(to, from) = -1;
        made(from, from) += 1;
        made(to, to) += 1;
      }
  return made;
}

}  // namespace

double second_eigenvalue(const matrix& mixing) {
  const matrix rest = without_mean(mixing);
  if (rest.isApprox(rest.transpose(), rounding)) {
    const Eigen::SelfAdjointEigenSolver<matrix> solver{rest, Eigen::EigenvaluesOnly};
    return zero_if_rounding(solver.eigenvalues().cwiseAbs().maxCoeff());
  }
  const Eigen::EigenSolver<Eigen::MatrixXd> solver{rest, false};
  return zero_if_rounding(solver.eigenvalues().cwiseAbs().maxCoeff());
}

double contraction(const matrix& mixing) {
  const matrix rest = without_mean(mixing);
  const matrix square = rest.transpose() * rest;
  const Eigen::SelfAdjointEigenSolver<matrix> solver{square, Eigen::EigenvaluesOnly};
  return zero_if_rounding(std::sqrt(std::max(solver.eigenvalues().maxCoeff(), 0.0)));
}

matrix period_product(const peer_network& network) {
  matrix product = network.mixing(0);
  for (index round = 1; round < network.period(); ++round)
    product = network.mixing(round) * product;
  return product;
}

double spectral_gap(const peer_network& network) {
  const double left = second_eigenvalue(period_product(network));
  return 1 - std::pow(left, 1 / static_cast<double>(network.period()));
}

std::optional<double> rounds_to_consensus(const peer_network& network, double share) {
  expects(share > 0 && share < 1);
  const double left = 1 - spectral_gap(network);
  if (left <= 0)
    return static_cast<double>(network.period());
  if (left >= 1 - rounding)
    return std::nullopt;
  return std::ceil(std::log(share) / std::log(left));
}

vector fiedler_vector(const peer_graph& graph) {
  if (graph.peers() < 2)
    return vector::Zero(graph.peers());
  const Eigen::SelfAdjointEigenSolver<matrix> solver{laplacian(graph)};
  return solver.eigenvectors().col(1);
}

matrix effective_resistance(const peer_graph& graph) {
  expects(check_connected(graph).has_value());
  const index peers = graph.peers();
  // With J added the Laplacian has an inverse; J's part of it cancels in the differences.
  const matrix grounded = laplacian(graph).array() + 1 / static_cast<double>(peers);
  const matrix inverse = grounded.ldlt().solve(matrix::Identity(peers, peers));
  const vector own = inverse.diagonal();
  return own.replicate(1, peers) + own.transpose().replicate(peers, 1) - 2 * inverse;
}

}  // namespace echelon::merging
