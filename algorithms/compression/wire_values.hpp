#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/types.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// Bytes of one float on the wire.
constexpr index value_bytes(wire_format format) { return format == wire_format::full ? 4 : 2; }

/// Appends floats, the least byte first. What lies beyond the format's range becomes its largest
/// number, since error feedback keeps the rest. `received` gets what the receiver will read; it may
/// be `values` itself. Values are finite.
void append_values(std::vector<std::byte>& to, std::span<const float> values, wire_format format,
                   std::span<float> received);

/// Reads out.size() floats from as many times value_bytes(format) bytes.
void read_values(std::span<const std::byte> bytes, wire_format format, std::span<float> out);

/// Whether no value is infinite or not a number. The bytes are whole values.
bool all_finite(std::span<const std::byte> bytes, wire_format format);

/// sum += weight * values.
void add_values(std::span<const std::byte> bytes, wire_format format, float weight,
                std::span<float> sum);

}  // namespace echelon::compression
