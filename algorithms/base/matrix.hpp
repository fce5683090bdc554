#pragma once

#include <Eigen/Core>

namespace echelon {

using vector = Eigen::VectorXd;
/// Row-major: row i is the encoding row of sender i.
using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace echelon
