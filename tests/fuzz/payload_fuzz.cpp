#include <cstdint>
#include <cstring>
#include <vector>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/payload_format.hpp"

// Whatever bytes come for whatever length: they are refused, or add within the sum. Two bytes are
// the length, the others the message.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint16_t length = 0;
  if (size < sizeof length)
    return 0;
  std::memcpy(&length, data, sizeof length);
  const auto message = std::as_bytes(std::span{data, size}).subspan(sizeof length);
  const auto& format = echelon::compression::payload_format();
  if (!format.check(message, length))
    return 0;
  std::vector<float> sum(length);
  format.add(message, 1.0F, sum);
  return 0;
}
