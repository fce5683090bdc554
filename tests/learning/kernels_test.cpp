#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning::kernels {
namespace {

template <class Scalar>
std::vector<Scalar> random_numbers(index count, std::uint64_t seed) {
  random_stream random{seed, "kernel test"};
  std::vector<Scalar> numbers(static_cast<std::size_t>(count));
  for (Scalar& number : numbers)
    number = static_cast<Scalar>(random.uniform(-1, 1));
  return numbers;
}

/// Those this CPU can run.
template <class Scalar>
std::vector<const kernel_set<Scalar>*> all_sets() {
  std::vector<const kernel_set<Scalar>*> sets{&baseline_set<Scalar>()};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    sets.push_back(&avx2_set<Scalar>());
  if (&kernels_for<Scalar>(math_mode::native) == &avx512_set<Scalar>())
    sets.push_back(&avx512_set<Scalar>());
  return sets;
}

template <class Scalar>
Scalar element(const matrix_view<Scalar>& matrix, index row, index column) {
  return matrix.data[row * matrix.row_step + column * matrix.column_step];
}

/// A sum of `depth` products of numbers below 1 is off by at most about depth roundings.
template <class Scalar>
double tolerance(index depth) {
  return 2.0 * static_cast<double>(depth) *
         static_cast<double>(std::numeric_limits<Scalar>::epsilon());
}

template <class Scalar>
void check_product(index rows, index columns, index depth, unsigned variant) {
  const auto left_numbers = random_numbers<Scalar>(rows * depth, 1);
  const auto right_numbers = random_numbers<Scalar>(depth * columns, 2);
  const auto before = random_numbers<Scalar>(rows * columns, 3);
  const bool accumulate = (variant & 4U) != 0;
  matrix_view<Scalar> left{left_numbers.data(), depth};
  matrix_view<Scalar> right{right_numbers.data(), columns};
  if ((variant & 1U) != 0)
    left = {left_numbers.data(), 1, rows};
  if ((variant & 2U) != 0)
    right = {right_numbers.data(), 1, depth};
  for (const kernel_set<Scalar>* set : all_sets<Scalar>()) {
    auto out = before;

    set->multiply({.rows = rows,
                   .columns = columns,
                   .depth = depth,
                   .left = left,
                   .right = right,
                   .out = out.data(),
                   .out_step = columns,
                   .accumulate = accumulate});

    double worst = 0;
    for (index r = 0; r < rows; ++r)
      for (index c = 0; c < columns; ++c) {
        const auto place = static_cast<std::size_t>(r * columns + c);
        double expected = accumulate ? static_cast<double>(before[place]) : 0.0;
        for (index d = 0; d < depth; ++d)
          expected += static_cast<double>(element(left, r, d)) *
                      static_cast<double>(element(right, d, c));
        worst = std::max(worst, std::abs(static_cast<double>(out[place]) - expected));
      }
    BOOST_TEST_CONTEXT(rows << 'x' << columns << 'x' << depth << " variant " << variant)
    BOOST_TEST(worst <= tolerance<Scalar>(depth + 1));
  }
}

template <class Scalar>
using elementwise = void (kernel_set<Scalar>::*)(const Scalar*, Scalar*, index) const;

/// The largest error over a range, in units of the last place of the true value.
template <class Scalar>
double worst_ulps(const kernel_set<Scalar>& set, elementwise<Scalar> function,
                  double (*exact)(double), double least, double most) {
  constexpr index count = 4096;
  std::vector<Scalar> x(count), y(count);
  for (index k = 0; k < count; ++k)
    x[static_cast<std::size_t>(k)] = static_cast<Scalar>(
        least + (most - least) * static_cast<double>(k) / (count - 1));
  (set.*function)(x.data(), y.data(), count);
  double worst = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double wanted = exact(static_cast<double>(x[k]));
    const auto unit = std::abs(wanted) *
                      static_cast<double>(std::numeric_limits<Scalar>::epsilon());
    worst = std::max(worst, std::abs(static_cast<double>(y[k]) - wanted) / unit);
  }
  return worst;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

template <class Scalar>
void check_functions() {
  using kind = kernel_set<Scalar>;
  const double widest = sizeof(Scalar) == 4 ? 80 : 700;
  for (const kind* set : all_sets<Scalar>()) {
    const auto worst = [set](elementwise<Scalar> function, double (*exact)(double), double least,
                             double most) {
      return worst_ulps<Scalar>(*set, function, exact, least, most);
    };
    BOOST_TEST(worst(&kind::exponential, std::exp, -widest, widest) <= 4.0);
    BOOST_TEST(worst(&kind::exponential, std::exp, -1e-3, 1e-3) <= 2.0);
    BOOST_TEST(worst(&kind::hyperbolic_tangent, std::tanh, -30, 30.01) <= 4.0);
    BOOST_TEST(worst(&kind::hyperbolic_tangent, std::tanh, -1e-4, 1.1e-4) <= 4.0);
    BOOST_TEST(worst(&kind::logistic, logistic, -30, 30) <= 6.0);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernels)

BOOST_AUTO_TEST_CASE(products_equal_plain_sums_at_every_size_and_transposition) {
  const index sizes[]{1, 2, 5, 12, 13, 16, 33, 64};
  for (unsigned variant = 0; variant < 8; ++variant)
    for (const index rows : sizes)
      for (const index columns : sizes) {
        check_product<float>(rows, columns, 1 + (rows * columns) % 40, variant);
        check_product<double>(rows, columns, 1 + (rows + columns) % 40, variant);
      }
}

BOOST_AUTO_TEST_CASE(products_of_more_than_one_block_of_depth_are_whole) {
  for (unsigned variant = 0; variant < 8; ++variant) {
    check_product<float>(50, 70, 600, variant);
    check_product<double>(49, 48, 257, variant);
  }
}

BOOST_AUTO_TEST_CASE(functions_are_within_a_few_units_of_the_last_place) {
  check_functions<float>();
  check_functions<double>();
}

BOOST_AUTO_TEST_CASE(functions_stay_finite_and_pass_on_what_is_not_a_number) {
  for (const kernel_set<float>* set : all_sets<float>()) {
    std::vector<float> x(sample_padding, -1e30F), y(sample_padding);
    x[1] = 1e30F;
    x[2] = std::numeric_limits<float>::infinity();
    x[3] = std::numeric_limits<float>::quiet_NaN();

    set->exponential(x.data(), y.data(), sample_padding);
    BOOST_TEST((y[0] >= 0 && y[0] < 1e-30F));
    BOOST_TEST((std::isfinite(y[1]) && y[1] > 1e38F));
    BOOST_TEST(std::isnan(y[3]));

    set->hyperbolic_tangent(x.data(), y.data(), sample_padding);
    BOOST_TEST((y[0] == -1 && y[1] == 1 && y[2] == 1));
    BOOST_TEST(std::isnan(y[3]));
  }
}

BOOST_AUTO_TEST_CASE(a_product_spoils_nothing_beside_it) {
  constexpr index rows = 7, columns = 9, step = 20, depth = 5;
  const auto left = random_numbers<float>(rows * depth, 1);
  const auto right = random_numbers<float>(depth * columns, 2);
  std::vector<float> out(rows * step, 7.0F);

  kernels_for<float>(math_mode::native)
      .multiply({.rows = rows,
                 .columns = columns,
                 .depth = depth,
                 .left = {left.data(), depth},
                 .right = {right.data(), columns},
                 .out = out.data(),
                 .out_step = step});

  for (index r = 0; r < rows; ++r)
    for (index c = columns; c < step; ++c)
      BOOST_TEST(out[static_cast<std::size_t>(r * step + c)] == 7.0F);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning::kernels
