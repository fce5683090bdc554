#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "algorithms/base/random.hpp"
#include "algorithms/hierarchy/bounds.hpp"
#include "algorithms/hierarchy/divergence.hpp"
#include "algorithms/hierarchy/periods.hpp"
#include "algorithms/hierarchy/tiers.hpp"

// H-SGD on quadratics, as specification 6.2 writes it: what bounds are held against.
namespace echelon::hierarchy {

/// F_j(x) = (x - centre_j)' hessian_j (x - centre_j) / 2 for each worker, started at 0.
struct quadratic_problem {
  std::vector<matrix> hessians;
  matrix centres;    ///< one row a worker
  double noise = 0;  ///< sigma^2 of a gradient

  static quadratic_problem random(random_stream& random, index workers, index size, double noise,
                                  bool one_hessian) {
    quadratic_problem made{{}, matrix(workers, size), noise};
    for (index worker = 0; worker < workers; ++worker) {
      matrix root(size, size);
      for (index i = 0; i < size * size; ++i)
        root.data()[i] = random.normal();
      const bool same = one_hessian && worker > 0;
      made.hessians.push_back(same ? made.hessians.front() : matrix(root.transpose() * root));
      for (index i = 0; i < size; ++i)
        made.centres(worker, i) = 3 * random.normal();
    }
    return made;
  }

  index workers() const { return centres.rows(); }
  /// The same shards in other seats.
  quadratic_problem seated(std::span<const index> seats) const {
    quadratic_problem made{{}, matrix(centres.rows(), centres.cols()), noise};
    for (index worker = 0; worker < workers(); ++worker) {
      made.hessians.push_back(hessians[slot(seats[slot(worker)])]);
      made.centres.row(worker) = centres.row(seats[slot(worker)]);
    }
    return made;
  }
  vector gradient(index worker, const vector& at) const {
    return hessians[slot(worker)] * (at - centres.row(worker).transpose());
  }
  matrix gradients(const vector& at) const {
    matrix all(workers(), centres.cols());
    for (index worker = 0; worker < workers(); ++worker)
      all.row(worker) = gradient(worker, at).transpose();
    return all;
  }
  vector gradient(const tiers& where, const vector& at) const {
    vector sum = vector::Zero(at.size());
    for (index worker = 0; worker < workers(); ++worker)
      sum += where.weight(worker) * gradient(worker, at);
    return sum;
  }
  double smoothness() const {
    double most = 0;
    for (const matrix& hessian : hessians)
      most = std::max(most,
                      Eigen::SelfAdjointEigenSolver<matrix>(hessian).eigenvalues().maxCoeff());
    return most;
  }
  /// f(0) - min f.
  double gap(const tiers& where) const {
    matrix hessian = matrix::Zero(centres.cols(), centres.cols());
    for (index worker = 0; worker < workers(); ++worker)
      hessian += where.weight(worker) * hessians[slot(worker)];
    const vector slope = gradient(where, vector::Zero(centres.cols()));
    return 0.5 * slope.dot(hessian.ldlt().solve(slope));
  }
};

/// What a run showed.
struct quadratic_run {
  double mean_square = 0;     ///< of the gradient at the mean of all models, over the steps
  divergences apart;          ///< eps_l^2 at the parents' mean models, the largest of the run
  std::vector<double> group;  ///< eps_k^2 of the lowest groups, likewise
  matrix models;              ///< the last ones
};

class quadratic_runner {
public:
  quadratic_runner(const quadratic_problem& problem, const tiers& where, const periods& when)
      : problem_(problem), where_(where), when_(when) {}

  /// From one model; draws from the stream.
  quadratic_run run(const vector& start, double rate, index steps, random_stream& random) {
    quadratic_run seen;
    seen.apart.by_level.assign(slot(where_.levels()), 0.0);
    seen.group.assign(where_.nodes(where_.levels() - 1).size(), 0.0);
    models_ = start.transpose().replicate(problem_.workers(), 1);
    for (index step = 0; step < steps; ++step) {
      const vector mean = mean_of(where_.nodes(0)[0]);
      seen.mean_square += problem_.gradient(where_, mean).squaredNorm() /
                          static_cast<double>(steps);
      note_divergences(seen);
      descend(rate, random);
      average(step);
    }
    seen.models = models_;
    return seen;
  }
  quadratic_run run(double rate, index steps, random_stream random) {
    return run(vector::Zero(problem_.centres.cols()), rate, steps, random);
  }

private:
  vector mean_of(const tier_node& node) const {
    vector mean = vector::Zero(models_.cols());
    for (index worker = node.first_worker; worker < node.first_worker + node.worker_count; ++worker)
      mean += where_.weight(worker) / node.weight * models_.row(worker).transpose();
    return mean;
  }

  void descend(double rate, random_stream& random) {
    const double spread = std::sqrt(problem_.noise / static_cast<double>(models_.cols()));
    for (index worker = 0; worker < problem_.workers(); ++worker) {
      vector step = problem_.gradient(worker, models_.row(worker).transpose());
      for (double& each : step)
        each += spread * random.normal();
      models_.row(worker) -= rate * step.transpose();
    }
  }

  void average(index step) {
    for (index level = 1; level <= where_.levels(); ++level) {
      const auto nodes = where_.nodes(level - 1);
      for (std::size_t node = 0; node < nodes.size(); ++node) {
        const index group = level == where_.levels() ? static_cast<index>(node) : 0;
        if (when_.due(step, group) != level)
          continue;
        const vector mean = mean_of(nodes[node]);
        for (index below = 0; below < nodes[node].worker_count; ++below)
          models_.row(nodes[node].first_worker + below) = mean.transpose();
      }
    }
  }

  /// Each parent's children are compared at that parent's mean model.
  void note_divergences(quadratic_run& seen) const {
    for (index level = 1; level <= where_.levels(); ++level) {
      const auto parents = where_.nodes(level - 1);
      double sum = 0;
      for (std::size_t parent = 0; parent < parents.size(); ++parent) {
        const matrix gradients = problem_.gradients(mean_of(parents[parent]));
        const double spread = spread_below(gradients, level)[parent];
        sum += spread;
        if (level == where_.levels())
          seen.group[parent] = std::max(seen.group[parent], spread / parents[parent].weight);
      }
      double& most = seen.apart.by_level[slot(level - 1)];
      most = std::max(most, sum);
    }
  }

  /// For each node above a tier, pi_k ||grad f_k - grad f_parent||^2 summed over its children.
  std::vector<double> spread_below(const matrix& gradients, index level) const {
    const auto mean = [&](const tier_node& node) {
      vector sum = vector::Zero(gradients.cols());
      for (index i = node.first_worker; i < node.first_worker + node.worker_count; ++i)
        sum += where_.weight(i) / node.weight * gradients.row(i).transpose();
      return sum;
    };
    const auto above = where_.nodes(level - 1);
    std::vector<double> sums(above.size(), 0.0);
    for (const tier_node& node : where_.nodes(level))
      sums[slot(node.parent)] += node.weight *
                                 (mean(node) - mean(above[slot(node.parent)])).squaredNorm();
    return sums;
  }

  const quadratic_problem& problem_;
  const tiers& where_;
  const periods& when_;
  matrix models_;
};

}  // namespace echelon::hierarchy
