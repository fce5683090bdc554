#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

result<void> check_shape(const parameters& given, const code_shape& shape) {
  expects(shape.senders > 0);
  if (shape.parts < 1)
    return given.refuse("parts", "{} is no number of parts; it must be at least 1", shape.parts);
  if (shape.stragglers < 0 || shape.stragglers >= shape.senders)
    return given.refuse(
        "stragglers",
        "{} stragglers among {} senders leave nobody to answer; it must be between 0 and {}",
        shape.stragglers, shape.senders, shape.senders - 1);
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

result<void> check_count(std::span<const index> arrived, index needed, std::string_view code) {
  if (std::ssize(arrived) < needed)
    return fail(errc::too_many_stragglers, "{}: {} answers arrived and {} are needed", code,
                arrived.size(), needed);
  return {};
}

}  // namespace echelon::coding
