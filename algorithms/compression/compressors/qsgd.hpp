#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// Each value becomes a multiple of its bucket's norm over `levels`, rounded at random so that the
/// mean is the value. E|C(x) - x|^2 <= min(b/s^2, sqrt(b)/s) |x|^2 for buckets of b and s levels.
/// Cost: two passes and a draw for each value.
class qsgd final : public by_segment {
public:
  static constexpr std::string_view name = "qsgd";
  static constexpr std::string_view summary = "random rounding to levels of a bucket's norm";
  static constexpr std::string_view source = "Alistarh et al. 2017, arXiv:1610.02132";
  static std::vector<parameter> declared();
  static result<qsgd> make(const parameters& given, const packing& how);

  compressor_kind kind() const override { return compressor_kind::quantiser; }
  bool unbiased() const override { return true; }
  bool drains() const override;

private:
  qsgd(const packing& how, index levels, index bucket)
      : by_segment(how), levels_(levels), bucket_(bucket) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;

  index levels_, bucket_;
};

}  // namespace echelon::compression
