#include "algorithms/coding/dynamic/dealt_code.hpp"

namespace echelon::coding {

dealt_code::dealt_code(const code_shape& shape)
    : shape_(shape), rows_(static_cast<std::size_t>(shape.senders)) {
  const std::vector<double> alike(rows_.size(), 1.0);
  const auto shares = quotas(shape.capacities.empty() ? alike : shape.capacities, shape.parts,
                             shape.parts);
  index part = 0;
  for (std::size_t sender = 0; sender < rows_.size(); ++sender)
    for (const index end = part + shares[sender]; part < end; ++part)
      rows_[sender].push_back({part, 1.0});
}

result<void> dealt_code::check(const parameters& given, const code_shape& shape,
                               std::string_view code) {
  ECHELON_CHECK(check_part_per_sender(given, shape));
  if (shape.stragglers != 0)
    return given.refuse("stragglers",
                        "\"{}\" holds every part once and reacts within the round; it must be 0",
                        code);
  return {};
}

}  // namespace echelon::coding
