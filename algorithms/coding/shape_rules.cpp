#include "algorithms/coding/shape_rules.hpp"

#include <algorithm>
#include <limits>

namespace echelon::coding {

result<void> check_shape(const parameters& given, const code_shape& shape) {
  const index able = std::ssize(senders_by_capacity(shape));
  expects(able > 0);
  if (shape.parts < 1)
    return given.refuse("parts", "{} is no number of parts; it must be at least 1", shape.parts);
  if (shape.stragglers < 0 || shape.stragglers >= able)
    return given.refuse(
        "stragglers",
        "{} stragglers among {} senders leave nobody to answer; it must be between 0 and {}",
        shape.stragglers, able, able - 1);
  return {};
}

result<void> check_part_per_sender(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  if (shape.parts < shape.senders)
    return given.refuse("parts",
                        "{} parts for {} senders leave some without work; it must be at least {}",
                        shape.parts, shape.senders, shape.senders);
  return {};
}

result<void> check_whole_blocks(const parameters& given, const code_shape& shape) {
  const index blocks = shape.parts / shape.senders;
  if (shape.parts % shape.senders != 0)
    return given.refuse("parts", "{} parts do not divide over {} senders; it must be {} or {}",
                        shape.parts, shape.senders, blocks * shape.senders,
                        (blocks + 1) * shape.senders);
  return {};
}

result<void> check_amplification(const parameters& given, const code_shape& shape, double worst) {
  constexpr double most = 0.1 / std::numeric_limits<float>::epsilon();
  if (!(worst <= most))
    return given.refuse(
        "stragglers",
        "surviving {} of {} senders would amplify rounding {:.0e} times, more than {:.0e}; "
        "fewer stragglers or \"fractional-repetition\" would be exact",
        shape.stragglers, shape.senders, worst, most);
  return {};
}

std::vector<double> capacities_of(const code_shape& shape) {
  expects(shape.capacities.empty() || std::ssize(shape.capacities) == shape.senders);
  return shape.capacities.empty()
             ? std::vector<double>(static_cast<std::size_t>(shape.senders), 1.0)
             : shape.capacities;
}

std::vector<index> senders_by_capacity(const code_shape& shape) {
  const auto capacities = capacities_of(shape);
  const auto capacity = [&capacities](index sender) {
    return capacities[static_cast<std::size_t>(sender)];
  };
  std::vector<index> order;
  for (index sender = 0; sender < shape.senders; ++sender)
    if (capacity(sender) > 0)
      order.push_back(sender);
  std::ranges::stable_sort(order, std::ranges::greater{}, capacity);
  return order;
}

result<void> check_count(std::span<const index> arrived, index needed, std::string_view code) {
  if (std::ssize(arrived) < needed)
    return fail(errc::too_many_stragglers, "{}: {} answers arrived and {} are needed", code,
                arrived.size(), needed);
  return {};
}

}  // namespace echelon::coding
