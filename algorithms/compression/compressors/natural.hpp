#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// Every value becomes one of the two powers of two around it, at random so that the mean is the
/// value (beyond 2^127 the lower one). E|C(x) - x|^2 <= 1/8 |x|^2, denormals apart. Cost: one pass
/// and a draw for each value.
class natural final : public by_segment {
public:
  static constexpr std::string_view name = "natural";
  static constexpr std::string_view summary = "random rounding to powers of two, 9 bits a value";
  static constexpr std::string_view source = "Horvath et al. 2019, arXiv:1905.10988";
  static std::vector<parameter> declared() { return {}; }
  static result<natural> make(const parameters&, const packing& how) { return natural{how}; }

  compressor_kind kind() const override { return compressor_kind::quantiser; }
  bool unbiased() const override { return true; }

private:
  explicit natural(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;
};

}  // namespace echelon::compression
