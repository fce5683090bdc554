#include "algorithms/compression/compressors/powersgd.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/matrix.hpp"
#include "algorithms/compression/payloads/low_rank_payload.hpp"

namespace echelon::compression {
namespace {

using columns_of = Eigen::MatrixXf;
using column = Eigen::Ref<Eigen::VectorXf>;
using row_major = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A direction that is lost to rounding, compared with what it was before projecting.
constexpr double lost = 1e-5;

double norm(const column& some) { return some.cast<double>().norm(); }

void divide(column some, double by) { some = (some.cast<double>() / by).cast<float>(); }

/// A start for power iteration: the last factor, its directions drawn anew where there is none.
columns_of start(std::span<const float> last, index rows, index rank, random_stream& draws) {
  columns_of directions = Eigen::Map<const columns_of>{last.data(), rows, rank};
  for (index c = 0; c < rank; ++c) {
    if (directions.col(c).isZero(0))
      for (float& one : directions.col(c))
        one = static_cast<float>(draws.normal());
    divide(directions.col(c), norm(directions.col(c)));
  }
  return directions;
}

/// Gram-Schmidt, twice, which is as good as it gets; directions that others span become zero.
void orthonormalise(columns_of& directions) {
  for (index c = 0; c < directions.cols(); ++c) {
    const double before = norm(directions.col(c));
    for (int pass = 0; pass < 2; ++pass)
      for (index other = 0; other < c; ++other) {
        const double along = directions.col(c).cast<double>().dot(
            directions.col(other).cast<double>());
        directions.col(c) -= (along * directions.col(other).cast<double>()).cast<float>();
      }
    const double after = norm(directions.col(c));
    if (after > lost * before)
      divide(directions.col(c), after);
    else
      directions.col(c).setZero();
  }
}

std::span<const float> numbers(const columns_of& some) { return {some.data(), slot(some.size())}; }

}  // namespace

std::vector<parameter> powersgd::declared() {
  return {{"rank", value_kind::integer, value{4}, "directions a matrix is projected on", 1, 1024},
          {"warm_start", value_kind::flag, value{true},
           "start from the last message's directions, not from random ones"}};
}

result<powersgd> powersgd::make(const parameters& given, const packing& how) {
  return powersgd{how, given.integer("rank"), given.flag("warm_start")};
}

index powersgd::rank_of(const segment& shape) const {
  const index rank = std::min({rank_, shape.rows, shape.columns});
  return rank * (shape.rows + shape.columns) < shape.size ? rank : 0;
}

index powersgd::warm_size(const segment& shape) const { return shape.columns * rank_of(shape); }

result<void> powersgd::pack(message& to, std::span<float> part, const task& asked) const {
  const segment& shape = asked.shape;
  const index rank = rank_of(shape);
  if (rank == 0)
    return to.add_dense(part, wire_format::full, true);
  expects(shape.rows * shape.columns == std::ssize(part));
  ECHELON_CHECK(check_finite(part));
  if (!warm_)
    std::ranges::fill(asked.warm, 0.0F);
  const Eigen::Map<const row_major> matrix{part.data(), shape.rows, shape.columns};
  columns_of left = matrix * start(asked.warm, shape.columns, rank, asked.draws);
  if (!left.allFinite())
    return fail(errc::bad_input, "values of a matrix are too large to be projected");
  orthonormalise(left);
  const columns_of right = matrix.transpose() * left;
  const low_rank_values product{shape.rows, shape.columns, rank, numbers(left), numbers(right)};
  if (!right.allFinite() || !product_is_finite(product))
    return fail(errc::bad_input, "values of a matrix are too large to be projected");
  std::ranges::copy(numbers(right), asked.warm.begin());
  to.add(payload_id::low_rank, part, 32 * rank * (shape.rows + shape.columns),
         [&](std::vector<std::byte>& body) { append_low_rank(body, product); });
  return {};
}

}  // namespace echelon::compression
