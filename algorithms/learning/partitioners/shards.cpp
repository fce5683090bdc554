#include "algorithms/learning/partitioners/shards.hpp"

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> shards::declared() {
  return {{.name = "per_node",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "how many shards each part gets",
           .least = 1,
           .most = 1e6}};
}

result<partition> shards::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_labelled(name, samples, parts));
  const index count = parts * per_node_;
  if (count > samples.count)
    return fail(errc::bad_input,
                "partition \"{}\": {} samples cannot be cut into {} shards ({} parts "
                "of {} each)",
                name, samples.count, count, parts, per_node_);
  std::vector<index> sorted;
  sorted.reserve(static_cast<std::size_t>(samples.count));
  for (const auto& rows : rows_by_class(samples, random))
    sorted.insert(sorted.end(), rows.begin(), rows.end());
  const auto order = permutation(random, count);
  partition dealt(static_cast<std::size_t>(parts));
  for (std::size_t i = 0; i < order.size(); ++i) {
    const index first = order[i] * samples.count / count;
    const index last = (order[i] + 1) * samples.count / count;
    auto& part = dealt[i / static_cast<std::size_t>(per_node_)];
    part.insert(part.end(), sorted.begin() + first, sorted.begin() + last);
  }
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
