#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

#include "algorithms/base/contract.hpp"

namespace echelon::learning {

static_assert(std::endian::native == std::endian::little);

/// The number that stands at `offset`, least byte first. The caller has checked that it is there.
template <class Number>
Number little_endian(std::span<const std::byte> bytes, std::size_t offset) {
  expects(offset <= bytes.size() && bytes.size() - offset >= sizeof(Number));
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

}  // namespace echelon::learning
