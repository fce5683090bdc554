#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// The k largest magnitudes, of equal ones the first. E|C(x) - x|^2 <= (1 - k/d) |x|^2, and far
/// less of vectors with heavy tails. Cost: one pass.
class top_k final : public by_segment {
public:
  static constexpr std::string_view name = "top-k";
  static constexpr std::string_view summary = "the largest magnitudes, exactly";
  static constexpr std::string_view source = "Stich, Cordonnier, Jaggi 2018, arXiv:1809.07599";
  static std::vector<parameter> declared() { return {}; }
  static result<top_k> make(const parameters&, const packing& how) { return top_k{how}; }

  compressor_kind kind() const override { return compressor_kind::relative; }

private:
  explicit top_k(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override {
    ECHELON_TRY(selection chosen, select_largest(part, asked.wanted.coordinates));
    to.add_sparse(part, std::move(chosen));
    return {};
  }
};

}  // namespace echelon::compression
