#include "algorithms/coding/cyclic.hpp"

#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/cyclic_nodes.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Float messages then still decode to about one digit in the worst case; the typical case is
/// thousands of times better.
constexpr double amplification_max = 1e6;

}  // namespace

result<cyclic> cyclic::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_part_per_sender(given, shape));
  if (shape.parts % shape.senders != 0)
    return given.refuse("parts", "{} parts do not divide over {} senders; it must be {} or {}",
                        shape.parts, shape.senders, shape.parts / shape.senders * shape.senders,
                        (shape.parts / shape.senders + 1) * shape.senders);
  auto found = find_cyclic_nodes(shape.senders, shape.stragglers);
  if (found.amplification_worst > amplification_max)
    return given.refuse(
        "stragglers",
        "surviving {} of {} senders would amplify rounding {:.0e} times, more than {:.0e}; "
        "fewer stragglers or \"fractional-repetition\" would be exact",
        shape.stragglers, shape.senders, found.amplification_worst, amplification_max);
  return cyclic{
      shape,
      polynomial_kernel{std::move(found.nodes), cyclic_holders(shape.senders, shape.stragglers)},
      found.amplification_worst};
}

cyclic::cyclic(const code_shape& shape, polynomial_kernel blocks, double amplification_worst)
    : shape_(shape), blocks_(std::move(blocks)), amplification_worst_(amplification_worst) {
  const index block_parts = shape.parts / shape.senders;
  for (index sender = 0; sender < shape.senders; ++sender) {
    auto& row = rows_.emplace_back();
    for (const coded_part& block : blocks_.row(sender))
      for (index part = 0; part < block_parts; ++part)
        row.push_back({block.part * block_parts + part, block.coefficient});
  }
}

std::span<const coded_part> cyclic::work(index sender) const {
  return rows_.at(static_cast<std::size_t>(sender));
}

std::unique_ptr<code_progress> cyclic::begin() const {
  return std::make_unique<arrival_count>(shape_.senders, shape_.senders - shape_.stragglers);
}

result<decoding> cyclic::decode(std::span<const index> arrived) const {
  return blocks_.decode(arrived);
}

}  // namespace echelon::coding
