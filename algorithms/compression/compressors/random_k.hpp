#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// k coordinates drawn without replacement. As they are: E|C(x) - x|^2 = (1 - k/d) |x|^2. Scaled by
/// d/k (`unbiased`): mean x, E|C(x) - x|^2 = (d/k - 1) |x|^2. A seed on the wire stands for the
/// indices where that is shorter. Cost: one pass, and a draw for each coordinate.
class random_k final : public by_segment {
public:
  static constexpr std::string_view name = "random-k";
  static constexpr std::string_view summary = "coordinates drawn without replacement, no indices";
  static constexpr std::string_view source = "Stich, Cordonnier, Jaggi 2018, arXiv:1809.07599";
  static std::vector<parameter> declared();
  static result<random_k> make(const parameters& given, const packing& how);

  compressor_kind kind() const override { return compressor_kind::relative; }
  bool unbiased() const override { return unbiased_; }
  bool drains() const override { return !unbiased_; }

private:
  random_k(const packing& how, bool scaled) : by_segment(how), unbiased_(scaled) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;

  bool unbiased_;
};

}  // namespace echelon::compression
