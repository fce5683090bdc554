#include "algorithms/coding/uncoded.hpp"

#include <algorithm>

#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/part_runs.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

std::vector<index> even_cuts(index parts, index senders) {
  std::vector<index> cuts;
  for (index sender = 0; sender <= senders; ++sender)
    cuts.push_back(parts * sender / senders);
  return cuts;
}

std::vector<index> proportional_cuts(const code_shape& shape) {
  if (shape.capacities.empty())
    return even_cuts(shape.parts, shape.senders);
  std::vector<index> cuts{0};
  for (const index share : quotas(shape.capacities, shape.parts, shape.parts))
    cuts.push_back(cuts.back() + share);
  return cuts;
}

result<std::vector<index>> deal_once(const parameters& given, const code_shape& shape) {
  if (shape.capacities.empty())
    ECHELON_CHECK(check_part_per_sender(given, shape));
  ECHELON_CHECK(check_shape(given, shape));
  return proportional_cuts(shape);
}

result<uncoded> uncoded::make(const parameters& given, const code_shape& shape) {
  ECHELON_TRY(auto cuts, deal_once(given, shape));
  if (shape.stragglers != 0)
    return given.refuse(
        "stragglers",
        "\"uncoded\" survives no straggler but {} are to be survived; it must be 0, or "
        "the policy another one",
        shape.stragglers);
  return uncoded{std::move(cuts)};
}

uncoded::uncoded(std::vector<index> cuts) : cuts_(std::move(cuts)) {
  expects(cuts_.size() >= 2 && cuts_.front() == 0 && std::ranges::is_sorted(cuts_));
  for (index part = 0; part < cuts_.back(); ++part)
    parts_.push_back({part, 1.0});
}

std::span<const coded_part> uncoded::work(index sender) const {
  const index first = cuts_[static_cast<std::size_t>(sender)];
  const index last = cuts_[static_cast<std::size_t>(sender) + 1];
  return std::span{parts_}.subspan(static_cast<std::size_t>(first),
                                   static_cast<std::size_t>(last - first));
}

index uncoded::busy_senders() const {
  index busy = 0;
  for (index sender = 0; sender < senders(); ++sender)
    busy += !work(sender).empty();
  return busy;
}

std::unique_ptr<code_progress> uncoded::begin() const {
  return std::make_unique<arrival_count>(senders(), busy_senders());
}

result<decoding> uncoded::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, busy_senders(), name));
  return decoding{.weights = std::vector<double>(arrived.size(), 1.0)};
}

}  // namespace echelon::coding
