#include "algorithms/learning/partitioners/group_iid.hpp"

#include <span>

#include "algorithms/learning/partitioners/dealing.hpp"

namespace echelon::learning {

std::vector<parameter> group_iid::declared() {
  return {{.name = "groups",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "how many groups; the parts must divide evenly among them",
           .least = 1},
          {.name = "per_node",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "how many classes each part holds; 0: as few as cover all of them",
           .least = 0}};
}

result<partition> group_iid::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_labelled(name, samples, parts));
  if (parts % groups_ != 0)
    return fail(errc::bad_input, "partition \"{}\": {} parts do not divide evenly among {} groups",
                name, parts, groups_);
  const index group_parts = parts / groups_;
  const auto all = rows_by_class(samples, random);
  const index covering = (std::ssize(all) + group_parts - 1) / group_parts;
  partition dealt(static_cast<std::size_t>(parts));
  for (index group = 0; group < groups_; ++group) {
    // Every groups_-th row of each class: the groups' label mixes differ by one row a class at
    // most.
    std::vector<std::vector<index>> share(all.size());
    for (std::size_t one = 0; one < all.size(); ++one)
      for (index i = group; i < std::ssize(all[one]); i += groups_)
        share[one].push_back(all[one][static_cast<std::size_t>(i)]);
    std::erase_if(share, [](const std::vector<index>& rows) { return rows.empty(); });
    ECHELON_CHECK(
        deal_classes(name, share, per_node_ > 0 ? per_node_ : covering,
                     std::span{dealt}.subspan(static_cast<std::size_t>(group * group_parts),
                                              static_cast<std::size_t>(group_parts))));
  }
  return repaired(std::move(dealt));
}

}  // namespace echelon::learning
