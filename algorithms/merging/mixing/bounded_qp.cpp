#include "algorithms/merging/mixing/bounded_qp.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <Eigen/Cholesky>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::merging {
namespace {

/// The distance above the bound, which it turns into s >= 0; members are free to be above 0.
class active_set {
public:
  active_set(matrix p, vector q)
      : p_(std::move(p)), q_(std::move(q)), s_(vector::Zero(q_.size())), free_(slot(q_.size())) {}

  /// Frees whatever descends most. False where nothing does.
  bool release() {
    const vector slope = -(p_ * s_ + q_);
    index best = -1;
    // Rounding of the products; smaller slopes are none.
    double most = 1e-12 * (q_.cwiseAbs().maxCoeff() + 1e-300);
    for (index i = 0; i < s_.size(); ++i)
      if (!free_[slot(i)] && slope(i) > most) {
        most = slope(i);
        best = i;
      }
    if (best >= 0)
      free_[slot(best)] = true;
    return best >= 0;
  }

  /// Goes to the minimum over the free ones, or as far as the first that meets its bound, which is
  /// then held. False where it met one.
  bool settle() {
    const std::vector<index> members = released();
    const vector target = p_(members, members).eval().ldlt().solve(-q_(members));
    double reach = 1;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (const double at = s_(members[i]), goal = target(static_cast<index>(i)); goal <= 0)
        reach = std::min(reach, at / (at - goal));
    if (members.empty() || (reach >= 1 && target.minCoeff() > 0)) {
      s_(members) = target;
      return true;
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      double& at = s_(members[i]);
      at += reach * (target(static_cast<index>(i)) - at);
      if (at <= std::numeric_limits<double>::epsilon() && target(static_cast<index>(i)) <= 0) {
        at = 0;
        free_[slot(members[i])] = false;
      }
    }
    return false;
  }

  const vector& solution() const { return s_; }

private:
  std::vector<index> released() const {
    std::vector<index> members;
    for (index i = 0; i < s_.size(); ++i)
      if (free_[slot(i)])
        members.push_back(i);
    return members;
  }

  matrix p_;
  vector q_, s_;
  std::vector<bool> free_;
};

}  // namespace

vector solve_bounded_qp(const matrix& p, const vector& q, double least) {
  const index size = q.size();
  expects(p.rows() == size && p.cols() == size);
  if (size == 0)
    return q;
  const double scale = p.diagonal().maxCoeff();
  if (!(scale > 0))
    return vector::Constant(size, least);
  matrix definite = p / scale;
  definite.diagonal().array() += 1e-10;
  active_set set{definite, q / scale + definite * vector::Constant(size, least)};
  // Every set is met once at most; rounding must not make it go on for ever.
  for (index round = 0; round < 10 * size + 10 && set.release(); ++round)
    for (index held = 0; held <= size && !set.settle(); ++held) {
    }
  return set.solution().array() + least;
}

}  // namespace echelon::merging
