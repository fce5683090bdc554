#include "algorithms/learning/partitioners/classes.hpp"

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> classes::declared() {
  return {{.name = "per_node",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "how many classes each part holds",
           .least = 1}};
}

result<partition> classes::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_labelled(name, samples, parts));
  partition dealt(static_cast<std::size_t>(parts));
  ECHELON_CHECK(deal_classes(name, rows_by_class(samples, random), per_node_, dealt));
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
