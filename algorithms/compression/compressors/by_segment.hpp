#pragma once

#include "algorithms/compression/compressors/message.hpp"

namespace echelon::compression {

/// A compressor that treats one segment after the other: tells how one is compressed. Dense ones
/// are sent as they are, in single precision; empty ones not at all.
class by_segment : public compressor {
public:
  result<packed_vector> compress(std::span<float> vector, std::span<const segment> segments,
                                 const effort& wanted, random_stream& draws,
                                 warm_start& warm) const final;

protected:
  explicit by_segment(packing how) : how_(std::move(how)) {}

  /// What one segment is told.
  struct task {
    const segment& shape;
    effort wanted;  ///< its share of the coordinates
    random_stream& draws;
    std::span<float> warm;  ///< `warm_size(shape)` floats, all zero at first
  };

  /// Adds `part` to the message.
  virtual result<void> pack(message& to, std::span<float> part, const task& asked) const = 0;
  virtual index warm_size(const segment&) const { return 0; }

private:
  packing how_;
};

}  // namespace echelon::compression
