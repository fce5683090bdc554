#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/compression/compressors/message.hpp"

namespace echelon::compression {

/// Values rounded at random to multiples of their bucket's scale over `levels`, mean unchanged,
/// where no magnitude exceeds its bucket's scale.
class random_rounding {
public:
  random_rounding(index levels, index bucket) : levels_(levels), bucket_(bucket) {}

  /// `scale_of` gives the scale of one bucket's values as a double. Errors: bad_input where it does
  /// not fit a float.
  template <class ScaleOf>
  result<void> pack(message& to, std::span<float> part, random_stream& draws, ScaleOf scale_of) {
    for (index start = 0; start < std::ssize(part); start += bucket_) {
      const auto some = part.subspan(slot(start))
                            .first(slot(std::min(bucket_, std::ssize(part) - start)));
      ECHELON_CHECK(round(some, scale_of(std::span<const float>{some}), draws));
    }
    write(to, part);
    return {};
  }

private:
  result<void> round(std::span<const float> values, double scale, random_stream& draws);
  void write(message& to, std::span<float> part) const;

  index levels_, bucket_;
  std::vector<float> scales_;
  std::vector<std::int16_t> symbols_;
};

}  // namespace echelon::compression
