#include "algorithms/merging/mixing/cross_gradient_rule.hpp"

#include "algorithms/merging/mixing/bounded_qp.hpp"
#include "algorithms/merging/mixing/rule_parameters.hpp"

namespace echelon::merging {

std::vector<parameter> cross_gradient_aggregation::declared() {
  return {momentum_parameter(),
          {"margin", value_kind::number, 0.5, "least multiplier of a neighbour's gradient", 0.0}};
}

result<cross_gradient_aggregation> cross_gradient_aggregation::make(const parameters& given) {
  return cross_gradient_aggregation{given.number("momentum"), given.number("margin")};
}

void bend_gradient(block_builder& bent, element_range layer, vector_view own,
                   std::span<const cross_gradient> crossed, double margin) {
  const index rows = std::ssize(crossed);
  matrix p{rows, rows};
  vector q{rows};
  for (index i = 0; i < rows; ++i) {
    const cross_gradient& row = crossed[slot(i)];
    q(i) = row.weight * dot(row.gradient, own, layer);
    for (index j = 0; j <= i; ++j) {
      const cross_gradient& other = crossed[slot(j)];
      p(i, j) = p(j, i) = row.weight * other.weight * dot(row.gradient, other.gradient, layer);
    }
  }
  const vector u = solve_bounded_qp(p, q, margin);
  std::vector<sum_term> terms{{1, own}};
  for (index i = 0; i < rows; ++i)
    terms.push_back({u(i) * crossed[slot(i)].weight, crossed[slot(i)].gradient});
  assign_sum(bent, layer, terms);
}

void cross_gradient_aggregation::adapt(peer_state& state, const local_step& step) const {
  block_builder bent{step.gradient.size(), step.gradient.kind, contents::unset};
  assign_sum(bent, {state.parameters, bent.size()}, {{1, step.gradient}});
  const element_range whole = state.trained();
  for (const element_range layer : step.layers.empty() ? std::span{&whole, 1} : step.layers)
    bend_gradient(bent, layer, step.gradient, step.crossed, margin_);
  local_step along = step;
  along.gradient = bent;
  cdmsgd::adapt(state, along);
}

}  // namespace echelon::merging
