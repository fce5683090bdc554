#include "algorithms/coding/plain_sum.hpp"

#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

gradient_code_ptr plain_sum(const std::vector<bool>& taking_part) {
  std::vector<index> cuts{0};
  for (const bool takes_part : taking_part)
    cuts.push_back(cuts.back() + (takes_part ? 1 : 0));
  return std::make_shared<uncoded>(std::move(cuts));
}

}  // namespace echelon::coding
