#pragma once

#include <algorithm>
#include <cmath>

#include "algorithms/compression/compressors/by_segment.hpp"
#include "algorithms/compression/compressors/random_rounding.hpp"

namespace echelon::compression {

/// Each value becomes -m, 0 or m, m being the segment's largest magnitude, at random so that the
/// mean is the value. Cost: two passes and a draw for each value.
class terngrad final : public by_segment {
public:
  static constexpr std::string_view name = "terngrad";
  static constexpr std::string_view summary = "random rounding to 0 or the largest magnitude";
  static constexpr std::string_view source = "Wen et al. 2017, arXiv:1705.07878";
  static std::vector<parameter> declared() { return {}; }
  static result<terngrad> make(const parameters&, const packing& how) { return terngrad{how}; }

  compressor_kind kind() const override { return compressor_kind::quantiser; }
  bool unbiased() const override { return true; }
  bool drains() const override { return false; }

private:
  explicit terngrad(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override {
    ECHELON_CHECK(check_finite(part));
    const auto largest = [](std::span<const float> values) {
      double found = 0;
      for (const float value : values)
        found = std::max(found, std::abs(double{value}));
      return found;
    };
    return random_rounding{1, std::ssize(part)}.pack(to, part, asked.draws, largest);
  }
};

}  // namespace echelon::compression
