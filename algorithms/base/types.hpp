#pragma once

#include <Eigen/Core>

namespace echelon {

/// Sizes and indices are signed, as in Eigen.
using index = Eigen::Index;

using vector = Eigen::VectorXd;
/// Row-major: row i is the encoding row of sender i.
using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The element type of parameters and gradients, chosen by `runtime.precision`.
enum class precision : unsigned char { single, double_ };

}  // namespace echelon
