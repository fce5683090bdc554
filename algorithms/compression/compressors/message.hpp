#pragma once

#include <cstdint>
#include <span>

#include "algorithms/compression/compressor.hpp"
#include "algorithms/compression/message_writer.hpp"
#include "algorithms/compression/selection/selection.hpp"

namespace echelon::compression {

/// A message under way. Each `add` appends the next segment and leaves in it what the receiver will
/// not get.
class message {
public:
  explicit message(const packing& how) : how_(how) {}

  /// Every value, in this format; a segment that is never compressed counts no coordinates.
  result<void> add_dense(std::span<float> part, wire_format format, bool counts);
  void add_sparse(std::span<float> part, selection chosen);
  /// Values of `part` at the places that a seed stands for, times `scale`.
  void add_seeded(std::span<float> part, std::uint64_t seed, const selection& chosen);
  /// A segment of another kind: `append` writes its bytes to a vector. `bits`: its payload.
  template <class Append>
  void add(payload_id kind, std::span<float> part, std::int64_t bits, Append append) {
    writer_.add(kind, std::ssize(part), [&](std::vector<std::byte>& body) {
      append(body);
      subtract(kind, body, part);
    });
    count(std::ssize(part), bits);
  }

  const packing& how() const { return how_; }
  packed_vector finish();

private:
  static void subtract(payload_id kind, std::span<const std::byte> body, std::span<float> part);
  void count(index coordinates, std::int64_t bits);

  packing how_;
  message_writer writer_;
  packed_vector packed_;
};

}  // namespace echelon::compression
