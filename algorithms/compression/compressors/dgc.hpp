#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// About the k largest magnitudes: between 0.7 and 1.3 times k of them, above a threshold taken
/// from a sample. E|C(x) - x|^2 <= (1 - 0.7 k/d) |x|^2. Cost: a pass for each try of a threshold.
class dgc final : public by_segment {
public:
  static constexpr std::string_view name = "dgc";
  static constexpr std::string_view
      summary = "about the largest magnitudes, by a threshold from a sample";
  static constexpr std::string_view source = "Lin et al. 2018, arXiv:1712.01887";
  static std::vector<parameter> declared() { return {}; }
  static result<dgc> make(const parameters&, const packing& how) { return dgc{how}; }

  compressor_kind kind() const override { return compressor_kind::relative; }

private:
  explicit dgc(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override {
    ECHELON_TRY(selection chosen, select_about(part, asked.wanted.coordinates, asked.draws));
    to.add_sparse(part, std::move(chosen));
    return {};
  }
};

}  // namespace echelon::compression
