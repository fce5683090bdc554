#include "algorithms/coding/ignore_stragglers.hpp"

#include <cmath>

#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

result<ignore_stragglers> ignore_stragglers::make(const parameters& given,
                                                  const code_shape& shape) {
  ECHELON_TRY(auto cuts, deal_once(given, shape));
  return ignore_stragglers{uncoded{std::move(cuts)}, shape.stragglers};
}

code_shape ignore_stragglers::shape() const {
  code_shape same = dealt_.shape();
  same.stragglers = stragglers_;
  return same;
}

std::unique_ptr<code_progress> ignore_stragglers::begin() const {
  return std::make_unique<arrival_count>(shape().senders, needed());
}

result<decoding> ignore_stragglers::decode(std::span<const index> arrived) const {
  const code_shape fit = shape();
  ECHELON_CHECK(check_count(arrived, needed(), name));
  index covered = 0;
  for (const index sender : arrived)
    covered += std::ssize(dealt_.work(sender));
  const double parts = static_cast<double>(fit.parts);
  return decoding{.weights = std::vector<double>(arrived.size(), 1.0),
                  .exact = covered == fit.parts,
                  .residual = std::sqrt(static_cast<double>(fit.parts - covered) / parts),
                  .amplification = std::sqrt(static_cast<double>(covered) / parts)};
}

}  // namespace echelon::coding
