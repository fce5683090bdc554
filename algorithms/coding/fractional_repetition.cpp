#include "algorithms/coding/fractional_repetition.hpp"

#include <fmt/ranges.h>

#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Decodable when no group is silent any more.
class group_progress final : public code_progress {
public:
  group_progress(index senders, index replicas)
      : replicas_(replicas), answered_(static_cast<std::size_t>(senders / replicas)),
        silent_(senders / replicas) {}

  bool arrive(index sender) override {
    auto answered = answered_.at(static_cast<std::size_t>(sender / replicas_));
    if (!answered)
      --silent_;
    answered = true;
    return silent_ == 0;
  }
  bool wanted(index sender) const override {
    return !answered_.at(static_cast<std::size_t>(sender / replicas_));
  }

private:
  index replicas_;
  std::vector<bool> answered_;
  index silent_;
};

/// The tolerances that divide the senders into whole groups.
std::vector<index> fitting_stragglers(index senders) {
  std::vector<index> fitting;
  for (index replicas = 1; replicas <= senders; ++replicas)
    if (senders % replicas == 0)
      fitting.push_back(replicas - 1);
  return fitting;
}

}  // namespace

result<fractional_repetition> fractional_repetition::make(const parameters& given,
                                                          const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  const index replicas = shape.stragglers + 1;
  if (shape.senders % replicas != 0)
    return given.refuse(
        "stragglers", "{} senders do not divide into groups of {} replicas; it must be one of {}",
        shape.senders, replicas, fmt::join(fitting_stragglers(shape.senders), ", "));
  const index groups = shape.senders / replicas;
  if (shape.parts % groups != 0)
    return given.refuse("parts",
                        "{} parts do not divide over {} groups; it must be a multiple of {}",
                        shape.parts, groups, groups);
  return fractional_repetition{shape};
}

fractional_repetition::fractional_repetition(const code_shape& shape) : shape_(shape) {
  for (index part = 0; part < shape.parts; ++part)
    parts_.push_back({part, 1.0});
}

std::span<const coded_part> fractional_repetition::work(index sender) const {
  const index count = shape_.parts / groups();
  return std::span{parts_}.subspan(static_cast<std::size_t>(group_of(sender) * count),
                                   static_cast<std::size_t>(count));
}

std::unique_ptr<code_progress> fractional_repetition::begin() const {
  return std::make_unique<group_progress>(shape_.senders, shape_.stragglers + 1);
}

result<decoding> fractional_repetition::decode(std::span<const index> arrived) const {
  decoding how;
  index next_group = 0;
  for (const index sender : arrived) {
    const bool represents = group_of(sender) == next_group;
    how.weights.push_back(represents ? 1.0 : 0.0);
    next_group += represents;
    if (group_of(sender) > next_group)
      break;
  }
  if (next_group < groups())
    return fail(errc::too_many_stragglers,
                "{}: none of the {} replicas of group {} (of {}) has answered", name,
                shape_.stragglers + 1, next_group, groups());
  return how;
}

}  // namespace echelon::coding
