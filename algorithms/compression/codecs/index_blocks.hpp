#pragma once

#include <array>
#include <cstdint>

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// Collects single indices to blocks for a sink.
class index_blocks {
public:
  explicit index_blocks(index_sink& sink) : sink_(sink) {}

  bool add(std::uint32_t next) {
    some_[filled_++] = next;
    return filled_ < some_.size() || flush();
  }

  /// After the last one.
  bool flush() {
    const std::size_t filled = filled_;
    filled_ = 0;
    return filled == 0 || sink_.take(std::span{some_}.first(filled));
  }

private:
  index_sink& sink_;
  std::array<std::uint32_t, 1024> some_;
  std::size_t filled_ = 0;
};

}  // namespace echelon::compression
