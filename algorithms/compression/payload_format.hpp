#pragma once

#include "algorithms/base/packed_format.hpp"

namespace echelon::compression {

/// How a compressed vector crosses the wire: the version, a byte; the number of segments; of each
/// segment its kind (a byte, `payload_kind`), its length in floats, its size in bytes, and those
/// bytes. Numbers are LEB128. The segments' lengths add up to the vector's. `message_writer`
/// writes it.
const packed_format& payload_format();

inline constexpr unsigned char payload_version = 1;

}  // namespace echelon::compression
