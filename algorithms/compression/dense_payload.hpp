#pragma once

#include "algorithms/base/result.hpp"
#include "algorithms/compression/payload_kind.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {

/// The kind of segment that is nothing but values in this format: write it with `append_values`.
constexpr payload_id dense_kind(wire_format format) {
  switch (format) {
    case wire_format::full: return payload_id::dense_fp32;
    case wire_format::fp16: return payload_id::dense_fp16;
    case wire_format::bf16: return payload_id::dense_bf16;
  }
  return payload_id::dense_fp32;
}

template <wire_format Format>
result<void> check_dense(std::span<const std::byte> bytes, index length) {
  if (std::ssize(bytes) / value_bytes(Format) != length ||
      std::ssize(bytes) % value_bytes(Format) != 0)
    return fail(errc::bad_input, "{} dense values do not take {} bytes", length, bytes.size());
  if (!all_finite(bytes, Format))
    return fail(errc::bad_input, "a dense value is not finite");
  return {};
}

template <wire_format Format>
void add_dense(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  add_values(bytes, Format, weight, sum);
}

}  // namespace echelon::compression
