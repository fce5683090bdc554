#include <cstdint>
#include <vector>

#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/payload_kind.hpp"
#include "net/link/wire.hpp"
#include "tests/fuzz/targets.hpp"

namespace echelon::fuzz {
namespace {

template <class Check, class Add>
void try_to_add(bytes packed, std::uint16_t length, Check check, Add add) {
  if (!check(packed, length))
    return;
  std::vector<float> sum(length);
  add(packed, 1.0F, std::span{sum});
}

}  // namespace

/// They are refused, or add within the sum, whatever its length. The first byte says whether they
/// are a message or one segment, and of which kind; two bytes are the length.
void feed_payload(bytes input) {
  net::wire_reader from{input};
  const auto kind = from.take<std::uint8_t>();
  const auto length = from.take<std::uint16_t>();
  const auto kinds = compression::payload_kinds();
  if (kind < kinds.size())
    return try_to_add(from.rest(), length, kinds[kind].check, kinds[kind].add);
  const auto& format = compression::payload_format();
  try_to_add(
      from.rest(), length, [&](bytes all, auto of) { return format.check(all, of).has_value(); },
      [&](bytes all, float weight, std::span<float> sum) { format.add(all, weight, sum); });
}

}  // namespace echelon::fuzz
