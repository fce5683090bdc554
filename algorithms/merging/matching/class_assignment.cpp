#include "algorithms/merging/matching/class_assignment.hpp"

#include "algorithms/merging/assignment/assignment.hpp"

namespace echelon::merging {

result<class_order> order_class(const permutation_class& of, const matrix& profit) {
  if (of.blocks == 1) {
    ECHELON_TRY(assignment whole, solve_assignment(profit));
    return class_order{std::move(whole.column_of), whole.profit, whole.gap};
  }
  const index size = of.units / of.blocks;
  matrix group_profit{of.blocks, of.blocks};
  std::vector<assignment> within;
  for (index g = 0; g < of.blocks; ++g)
    for (index h = 0; h < of.blocks; ++h) {
      ECHELON_TRY(assignment pair, solve_assignment(profit.block(g * size, h * size, size, size)));
      group_profit(g, h) = pair.profit;
      within.push_back(std::move(pair));
    }
  ECHELON_TRY(const assignment groups, solve_assignment(group_profit));
  class_order found{.order = {}, .profit = groups.profit, .gap = groups.gap};
  for (index g = 0; g < of.blocks; ++g) {
    const index h = groups.column_of[slot(g)];
    const assignment& pair = within[slot(g * of.blocks + h)];
    found.gap += pair.gap;
    for (const index unit : pair.column_of)
      found.order.push_back(h * size + unit);
  }
  return found;
}

}  // namespace echelon::merging
