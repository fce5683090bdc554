#include "algorithms/learning/partitioners/iid.hpp"

#include <algorithm>

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> iid::declared() {
  return {{.name = "stratified",
           .kind = value_kind::flag,
           .fallback = value{false},
           .summary = "deal class by class, so that label mixes are equal too"}};
}

result<partition> iid::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(stratified_ ? check_labelled(name, samples, parts)
                            : check_parts(name, samples, parts));
  std::vector<index> rows = permutation(random, samples.count);
  if (stratified_)
    std::ranges::stable_sort(
        rows, {}, [&](index row) { return samples.labels[static_cast<std::size_t>(row)]; });
  partition dealt(static_cast<std::size_t>(parts));
  for (std::size_t i = 0; i < rows.size(); ++i)
    dealt[i % dealt.size()].push_back(rows[i]);
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
