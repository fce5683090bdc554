#include "tools/bench/kernels.hpp"

#include <algorithm>
#include <vector>

#include "algorithms/learning/kernels/kernels.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using learning::kernels::matrix_view;

struct product_shape {
  const char* name;
  index rows, columns, depth;
  bool left_transposed = false;
  bool right_transposed = false;
};

constexpr product_shape shapes[]{
    {"limit", 24, 64, 128},
    {"square", 1024, 1024, 1024},
    {"mlp forward", 200, 64, 784},
    {"mlp weight gradient", 200, 784, 64, false, true},
    {"mlp input gradient", 200, 64, 200, true, false},
    {"lenet forward", 500, 64, 800},
    {"lenet weight gradient", 500, 800, 64, false, true},
    {"lenet input gradient", 800, 64, 500, true, false},
};

/// The best of many runs, each long enough for the clock.
double best_rate(const learning::kernels::kernel_set<float>& kernels, const product_shape& shape) {
  const auto numbers = [](index count) {
    return std::vector<float>(static_cast<std::size_t>(count), 1.0F);
  };
  const auto left = numbers(shape.rows * shape.depth);
  const auto right = numbers(shape.depth * shape.columns);
  auto out = numbers(shape.rows * shape.columns);
  const matrix_view<float> left_stored{left.data(),
                                       shape.left_transposed ? shape.rows : shape.depth};
  const matrix_view<float> right_stored{right.data(),
                                        shape.right_transposed ? shape.depth : shape.columns};
  const double work = 2e-9 * static_cast<double>(shape.rows * shape.columns * shape.depth);
  const auto repeats = std::max(index{1}, static_cast<index>(0.1 / work));
  double best = 0;
  for (int run = 0; run < 15; ++run) {
    const stopwatch watch;
    for (index k = 0; k < repeats; ++k)
      kernels.multiply({.rows = shape.rows,
                        .columns = shape.columns,
                        .depth = shape.depth,
                        .left = shape.left_transposed ? left_stored.transposed() : left_stored,
                        .right = shape.right_transposed ? right_stored.transposed() : right_stored,
                        .out = out.data(),
                        .out_step = shape.columns});
    best = std::max(best, work * static_cast<double>(repeats) / watch.lap().cpu_s);
  }
  return best;
}

}  // namespace

nlohmann::json measure_kernels(learning::math_mode math) {
  nlohmann::json rates = {{"math", learning::math_description(math)}};
  for (const product_shape& shape : shapes)
    rates["gflops"][shape.name] = best_rate(learning::kernels::kernels_for<float>(math), shape);
  return rates;
}

}  // namespace echelon::bench
