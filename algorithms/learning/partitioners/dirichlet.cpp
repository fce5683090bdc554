#include "algorithms/learning/partitioners/dirichlet.hpp"

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> dirichlet::declared() {
  return {{.name = "alpha",
           .kind = value_kind::number,
           .fallback = value{0.5},
           .summary = "concentration; large: nearly iid, small: few classes a part",
           .least = 1e-3,
           .most = 1e6}};
}

result<partition> dirichlet::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_labelled(name, samples, parts));
  partition dealt(static_cast<std::size_t>(parts));
  for (const auto& rows : rows_by_class(samples, random)) {
    const auto counts = apportion(std::ssize(rows), dirichlet_weights(parts, alpha_, random));
    auto next = rows.begin();
    for (std::size_t part = 0; part < dealt.size(); ++part) {
      dealt[part].insert(dealt[part].end(), next, next + counts[part]);
      next += counts[part];
    }
  }
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
