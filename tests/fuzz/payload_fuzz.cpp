#include <cstdint>
#include <cstring>
#include <vector>

#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/payload_kind.hpp"

// Whatever bytes come for whatever length: they are refused, or add within the sum. The first byte
// says whether they are a message or one segment, and of which kind; two bytes are the length.

namespace {

using namespace echelon::compression;
using bytes = std::span<const std::byte>;

template <class Check, class Add>
void try_to_add(bytes packed, std::uint16_t length, Check check, Add add) {
  if (!check(packed, length))
    return;
  std::vector<float> sum(length);
  add(packed, 1.0F, std::span{sum});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint16_t length = 0;
  constexpr std::size_t header = 1 + sizeof length;
  if (size < header)
    return 0;
  std::memcpy(&length, data + 1, sizeof length);
  const auto packed = std::as_bytes(std::span{data, size}).subspan(header);
  const auto kinds = payload_kinds();
  if (data[0] < kinds.size()) {
    try_to_add(packed, length, kinds[data[0]].check, kinds[data[0]].add);
    return 0;
  }
  const auto& format = payload_format();
  try_to_add(
      packed, length, [&](bytes all, auto of) { return format.check(all, of).has_value(); },
      [&](bytes all, float weight, std::span<float> sum) { format.add(all, weight, sum); });
  return 0;
}
