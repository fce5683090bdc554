#include "algorithms/coding/polynomial.hpp"

#include <algorithm>

#include "algorithms/coding/fractional_repetition.hpp"
#include "algorithms/coding/polynomial_code.hpp"
#include "algorithms/coding/shape_rules.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

result<gradient_code_ptr> polynomial::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  if (shape.stragglers == 0)
    return std::make_shared<uncoded>(proportional_cuts(shape));
  const index copies = shape.stragglers + 1;
  const auto shares = quotas(capacities_of(shape), shape.parts * copies, shape.parts);
  if (std::ranges::count_if(shares, [](index share) { return share > 0; }) > copies)
    return polynomial_code<double>::make(given, shape, lay_runs(shares, shape.parts));
  code_shape replicas = shape;
  replicas.capacities.assign(shares.begin(), shares.end());
  ECHELON_TRY(auto repeated, fractional_repetition::make(given, replicas));
  return std::make_shared<fractional_repetition>(std::move(repeated));
}

}  // namespace echelon::coding
