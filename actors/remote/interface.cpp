#include "actors/remote/interface.hpp"

#include <algorithm>

namespace echelon::remote {

const clause* interface::find(std::uint64_t key) const {
  const auto found = std::ranges::find(clauses_, key, &clause::key);
  return found == clauses_.end() ? nullptr : &*found;
}

const clause* interface::find(const caf::type_erased_tuple& what) const {
  const auto found = std::ranges::find_if(
      clauses_, [&what](const clause& each) { return each.input.fits(what); });
  return found == clauses_.end() ? nullptr : &*found;
}

}  // namespace echelon::remote
