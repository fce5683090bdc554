#pragma once

#include <span>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"

namespace echelon::merging {

/// A gather: unit r of the result is unit p[r] of what is permuted.
using unit_order = std::vector<index>;
/// One unit_order per class of a specification.
using unit_orders = std::vector<unit_order>;

unit_order kept_order(index units);
/// Gathering by p and then by q: r -> p[q[r]].
unit_order composed(const unit_order& p, const unit_order& q);
unit_order inverse(const unit_order& p);

unit_orders kept_orders(const permutation_spec& spec);
unit_orders composed(const unit_orders& p, const unit_orders& q);
unit_orders inverse(const unit_orders& p);
/// Uniform over the unit_orders that each class allows.
unit_orders random_orders(const permutation_spec& spec, random_stream& random);
/// The share of units, over all classes, that stay where they are; 1 where there are none.
double kept_share(const unit_orders& p);

/// Errors: not one bijection per class of the right size, or one that takes a class's groups apart.
result<void> check_orders(const permutation_spec& spec, const unit_orders& p);

/// Along one axis, the position that every position of the result is gathered from.
std::vector<index> gather_positions(const axis_map& map, index length, const unit_orders& p);

/// Every number of the result comes from a run of numbers of what is permuted: calls
/// use(to, from, count) for all runs of a tensor, offsets in the state.
template <class Use>
void for_each_run(const tensor_map& tensor, const unit_orders& p, Use use) {
  const index rows = tensor.shape[0];
  const index columns = tensor.shape.size() > 1 ? tensor.shape[1] : 1;
  index inside = 1;
  for (std::size_t axis = 2; axis < tensor.shape.size(); ++axis)
    inside *= tensor.shape[axis];
  const auto row_from = gather_positions(tensor.axes[0], rows, p);
  const bool rows_whole = tensor.shape.size() < 2 || tensor.axes[1].empty();
  const auto column_from = rows_whole ? std::vector<index>{}
                                      : gather_positions(tensor.axes[1], columns, p);
  const index row_size = columns * inside;
  for (index r = 0; r < rows; ++r) {
    const index to = tensor.offset + r * row_size;
    const index from = tensor.offset + row_from[slot(r)] * row_size;
    if (rows_whole)
      use(to, from, row_size);
    else
      for (index c = 0; c < columns; ++c)
        use(to + c * inside, from + column_from[slot(c)] * inside, inside);
  }
}

/// The same network with its units in another order. Exact: numbers move, none changes.
/// Cost: one pass over the state.
block permute(const permutation_spec& spec, const block& state, const unit_orders& p);

}  // namespace echelon::merging
