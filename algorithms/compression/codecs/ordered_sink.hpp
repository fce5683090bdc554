#pragma once

#include "algorithms/compression/codecs/bit_kernels.hpp"
#include "algorithms/compression/codecs/index_codec.hpp"

namespace echelon::compression {

/// Lets ascending, different indices below `length` through to another sink, and nothing else.
class ordered_sink final : public index_sink {
public:
  ordered_sink(index length, index_sink& to) : length_(length), to_(to) {}

  bool take(std::span<const std::uint32_t> next) override {
    const bool fits = next.front() >= least_ && next.back() < length_ &&
                      bit_kernels_here().ascend(next.data(), next.size());
    least_ = index{next.back()} + 1;
    return fits && to_.take(next);
  }

private:
  index length_;
  index_sink& to_;
  index least_ = 0;
};

}  // namespace echelon::compression
