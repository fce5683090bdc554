#include "algorithms/compression/wire_format.hpp"

#include "algorithms/base/matrix.hpp"

namespace echelon::compression {
namespace {

template <class Narrow, class Scalar>
void round_through(std::span<const Scalar> values, std::span<Scalar> out) {
  for (std::size_t i = 0; i < values.size(); ++i)
    out[i] = static_cast<Scalar>(static_cast<float>(Narrow(static_cast<float>(values[i]))));
}

}  // namespace

std::optional<wire_format> wire_format_named(std::string_view name) {
  if (name == "fp32")
    return wire_format::full;
  if (name == "fp16")
    return wire_format::fp16;
  if (name == "bf16")
    return wire_format::bf16;
  return std::nullopt;
}

std::int64_t bytes_each(wire_format format, precision kind) {
  return format == wire_format::full ? static_cast<std::int64_t>(bytes_of(kind)) : 2;
}

double amplification_max(wire_format format) {
  switch (format) {
    case wire_format::full: return std::numeric_limits<double>::infinity();
    case wire_format::fp16: return 10;
    case wire_format::bf16: return 3;
  }
  return 0;
}

block rounded(const block& values, wire_format format) {
  if (format == wire_format::full || values.size() == 0)
    return values;
  block_builder out{values.size(), values.kind()};
  with_scalar(values.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    if (format == wire_format::fp16)
      round_through<Eigen::half>(values.as<element>(), out.as<element>());
    else
      round_through<Eigen::bfloat16>(values.as<element>(), out.as<element>());
  });
  return block::freeze(std::move(out));
}

}  // namespace echelon::compression
