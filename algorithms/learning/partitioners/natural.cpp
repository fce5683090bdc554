#include "algorithms/learning/partitioners/natural.hpp"

#include <algorithm>
#include <map>

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> natural::declared() {
  return {{.name = "column",
           .kind = value_kind::text,
           .fallback = value{""},
           .summary = "the column of owners, which the source reads as its `group`"}};
}

result<partition> natural::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_parts(name, samples, parts));
  if (samples.groups.empty())
    return fail(errc::bad_input,
                "partition \"{}\": {} names no owners; name their column (with csv, "
                "`column` here or `group` there)",
                name, samples.name);
  std::map<std::int32_t, std::vector<index>> by_owner;
  for (index row = 0; row < samples.count; ++row)
    by_owner[samples.groups[static_cast<std::size_t>(row)]].push_back(row);
  std::vector<std::vector<index>> owners;
  for (auto& [owner, rows] : by_owner)
    owners.push_back(std::move(rows));
  if (std::ssize(owners) < parts)
    return fail(errc::bad_input, "partition \"{}\": {} owners cannot fill {} parts; use at most {}",
                name, owners.size(), parts, owners.size());
  if (std::ssize(owners) == parts)
    return owners;
  // Owners of equal size go round at random, larger ones first.
  random.shuffle(std::span{owners});
  std::ranges::stable_sort(owners, std::ranges::greater{}, &std::vector<index>::size);
  partition dealt(static_cast<std::size_t>(parts));
  for (const auto& rows : owners) {
    auto& least = *std::ranges::min_element(dealt, {}, &std::vector<index>::size);
    least.insert(least.end(), rows.begin(), rows.end());
  }
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
