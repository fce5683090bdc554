#pragma once

#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// Lets ascending, different indices below `length` through to another sink, and nothing else.
class ordered_sink final : public index_sink {
public:
  ordered_sink(index length, index_sink& to) : length_(length), to_(to) {}

  bool take(std::span<const std::uint32_t> next) override {
    // The last one is the largest, if they ascend. Without branches within a block, for speed.
    bool ascending = next.front() >= least_ && next.back() < length_;
    for (std::size_t i = 1; i < next.size(); ++i)
      ascending &= next[i - 1] < next[i];
    least_ = index{next.back()} + 1;
    return ascending && to_.take(next);
  }

private:
  index length_;
  index_sink& to_;
  index least_ = 0;
};

}  // namespace echelon::compression
