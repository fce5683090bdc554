#include "algorithms/merging/matching/weight_matching.hpp"

#include <algorithm>

#include "algorithms/learning/kernels/kernels.hpp"

namespace echelon::merging {
namespace {

constexpr int sweeps_max = 100;
/// Gains below this share of the profit are rounding.
constexpr double least_gain = 1e-12;

/// A tensor as rows x columns x inside, and where the numbers of a reordered one come from.
struct tensor_view {
  index rows, columns = 1, inside = 1;
  std::vector<index> row_from, column_from;

  tensor_view(const tensor_map& tensor, index kept_axis, const unit_orders& orders)
      : rows(tensor.shape[0]) {
    if (tensor.shape.size() > 1)
      columns = tensor.shape[1];
    for (std::size_t axis = 2; axis < tensor.shape.size(); ++axis)
      inside *= tensor.shape[axis];
    const auto positions = [&](index axis, index length) {
      return axis == kept_axis || axis >= std::ssize(tensor.axes)
                 ? kept_order(length)
                 : gather_positions(tensor.axes[slot(axis)], length, orders);
    };
    row_from = positions(0, rows);
    column_from = positions(1, columns);
  }
};

/// Appends the slice of a tensor at one position of an axis.
template <class Scalar>
void append_slice(const tensor_view& view, const Scalar* numbers, index axis, index position,
                  std::vector<double>& to) {
  const index count = axis == 0 ? view.columns : view.rows;
  for (index k = 0; k < count; ++k) {
    const index row = view.row_from[slot(axis == 0 ? position : k)];
    const index column = view.column_from[slot(axis == 0 ? k : position)];
    const Scalar* from = numbers + (row * view.columns + column) * view.inside;
    for (index i = 0; i < view.inside; ++i)
      to.push_back(static_cast<double>(from[i]));
  }
}

/// One row per unit: all numbers that move with it along an axis.
std::vector<double> unit_rows(const tensor_map& tensor, const tensor_view& view, const block& state,
                              permutation_class::use use, index number, index units) {
  std::vector<double> rows;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const Scalar* numbers = state.as<Scalar>().data() + tensor.offset;
    for (index unit = 0; unit < units; ++unit)
      for (const segment& part : tensor.axes[slot(use.axis)])
        for (index o = 0; part.number == number && o < part.outer; ++o)
          for (index t = 0; t < part.inner; ++t)
            append_slice(view, numbers, use.axis,
                         part.start + o * part.outer_step + unit * part.inner + t, rows);
  });
  return rows;
}

double profit_of(const matrix& profit, const unit_order& order) {
  double sum = 0;
  for (index r = 0; r < profit.rows(); ++r)
    sum += profit(r, order[slot(r)]);
  return sum;
}

}  // namespace

matrix weight_products(const permutation_spec& spec, index number, const block& left,
                       const block& right, const unit_orders& orders, learning::math_mode math) {
  const auto& kernels = learning::kernels::kernels_for<double>(math);
  const permutation_class& of = spec.classes[slot(number)];
  const unit_orders still = kept_orders(spec);
  matrix products = matrix::Zero(of.units, of.units);
  for (const permutation_class::use& use : of.uses) {
    const tensor_map& tensor = spec.tensors[slot(use.tensor)];
    if (!tensor.trained())
      continue;
    const auto ours = unit_rows(tensor, {tensor, use.axis, still}, left, use, number, of.units);
    const auto theirs = unit_rows(tensor, {tensor, use.axis, orders}, right, use, number, of.units);
    const index depth = std::ssize(ours) / of.units;
    const learning::kernels::matrix_view<double> across{theirs.data(), depth};
    kernels.multiply({.rows = of.units,
                      .columns = of.units,
                      .depth = depth,
                      .left = {ours.data(), depth},
                      .right = across.transposed(),
                      .out = products.data(),
                      .out_step = of.units,
                      .accumulate = true});
  }
  return products;
}

result<unit_orders> match_weights(const permutation_spec& spec, const block& left,
                                  const block& right, unit_orders start, random_stream& random,
                                  learning::math_mode math) {
  bool gained = true;
  for (int sweep = 0; gained && sweep < sweeps_max; ++sweep) {
    gained = false;
    for (const index number : permutation(random, std::ssize(spec.classes))) {
      const matrix products = weight_products(spec, number, left, right, start, math);
      ECHELON_TRY(class_order best, order_class(spec.classes[slot(number)], products));
      unit_order& order = start[slot(number)];
      const double before = profit_of(products, order);
      if (best.profit <= before + least_gain * (1 + std::abs(before)))
        continue;
      order = std::move(best.order);
      gained = true;
    }
  }
  return start;
}

}  // namespace echelon::merging
