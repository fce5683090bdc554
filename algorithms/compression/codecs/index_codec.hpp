#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// The most floats that a segment of indices addresses.
inline constexpr index indexed_length_max = index{1} << 32;

/// At least one index, ascending and different, all below `length`.
struct index_set {
  std::span<const std::uint32_t> indices;
  index length;
};

/// Takes what a codec decodes, block by block.
class index_sink {
public:
  virtual ~index_sink() = default;
  /// False: stop, this is not what was expected.
  virtual bool take(std::span<const std::uint32_t> next) = 0;
};

/// How the indices of a sparse message are written.
/// *Cost*: one pass over the indices, or over the length where the codec is a bitmap.
/// *Source*: specification, table 10.3.
class index_codec {
public:
  virtual ~index_codec() = default;

  virtual std::string_view name() const = 0;
  /// Bits that `encode` writes, before they are padded to bytes.
  virtual std::int64_t bits(const index_set& what) const = 0;
  /// The same on average over all sets of `count` > 0 indices: exact where only the count matters.
  virtual double expected_bits(index count, index length) const = 0;
  virtual void encode(const index_set& what, std::vector<std::byte>& to) const = 0;
  /// Passes on `count` > 0 indices. False when the sink says so or when the bytes are not, to the
  /// last one, what `encode` writes. The sink must check order and range: the bytes are hostile,
  /// and what does not fit a set may be passed on, but is never more than `count` numbers.
  virtual bool decode(std::span<const std::byte> bytes, index count, index length,
                      index_sink& sink) const = 0;
};

}  // namespace echelon::compression
