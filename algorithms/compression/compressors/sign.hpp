#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// Every value becomes +step or -step: for servers that let a majority decide. What it leaves out
/// has no bound, so it takes no error feedback. Cost: one pass.
class sign final : public by_segment {
public:
  static constexpr std::string_view name = "sign";
  static constexpr std::string_view summary = "one bit a value, all of one magnitude";
  static constexpr std::string_view source = "Bernstein et al. 2018, arXiv:1802.04434";
  static std::vector<parameter> declared();
  static result<sign> make(const parameters& given, const packing& how);

  compressor_kind kind() const override { return compressor_kind::quantiser; }
  bool drains() const override { return false; }

private:
  sign(const packing& how, float step) : by_segment(how), step_(step) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;

  float step_;
};

/// Every value becomes plus or minus the segment's mean magnitude:
/// |C(x) - x|^2 = (1 - |x|_1^2 / (d |x|^2)) |x|^2. Cost: two passes.
class scaled_sign final : public by_segment {
public:
  static constexpr std::string_view name = "scaled-sign";
  static constexpr std::string_view summary = "one bit a value, times the mean magnitude";
  static constexpr std::string_view source = "Karimireddy et al. 2019, arXiv:1901.09847";
  static std::vector<parameter> declared() { return {}; }
  static result<scaled_sign> make(const parameters&, const packing& how) {
    return scaled_sign{how};
  }

  compressor_kind kind() const override { return compressor_kind::quantiser; }

private:
  explicit scaled_sign(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;
};

}  // namespace echelon::compression
