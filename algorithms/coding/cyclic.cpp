#include "algorithms/coding/cyclic.hpp"

#include <algorithm>

#include "algorithms/coding/polynomial_code.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

result<std::vector<support>> cyclic_supports(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_part_per_sender(given, shape));
  ECHELON_CHECK(check_whole_blocks(given, shape));
  const index senders = shape.senders;
  std::vector<support> supports;
  for (index block = 0; block < senders; ++block) {
    auto& held = supports.emplace_back(support{{}, shape.parts / senders});
    for (index back = 0; back <= shape.stragglers; ++back)
      held.holders.push_back((block - back + senders) % senders);
    std::ranges::sort(held.holders);
  }
  return supports;
}

result<gradient_code_ptr> cyclic::make(const parameters& given, const code_shape& shape) {
  ECHELON_TRY(const auto supports, cyclic_supports(given, shape));
  return polynomial_code<double>::make(given, shape, supports);
}

}  // namespace echelon::coding
