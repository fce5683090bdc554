#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// All magnitudes that reach a threshold, at most so many: of a burst the largest, while the memory
/// keeps the rest. |C(x) - x|^2 <= d threshold^2 without a cap. Cost: one pass.
class threshold final : public by_segment {
public:
  static constexpr std::string_view name = "threshold";
  static constexpr std::string_view summary = "all magnitudes that reach a threshold";
  static constexpr std::string_view source = "Sahu et al. 2021, arXiv:2108.00951";
  static std::vector<parameter> declared() { return {}; }
  static result<threshold> make(const parameters&, const packing& how) { return threshold{how}; }

  compressor_kind kind() const override { return compressor_kind::absolute; }

private:
  explicit threshold(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override {
    ECHELON_TRY(selection chosen,
                select_above(part, asked.wanted.threshold, asked.wanted.coordinates_max));
    to.add_sparse(part, std::move(chosen));
    return {};
  }
};

}  // namespace echelon::compression
