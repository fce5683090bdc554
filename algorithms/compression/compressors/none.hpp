#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// Every value, in the number format asked for. Cost: one pass.
class none final : public by_segment {
public:
  static constexpr std::string_view name = "none";
  static constexpr std::string_view summary = "every value, as fp32, fp16 or bf16";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<none> make(const parameters&, const packing& how) { return none{how}; }

  compressor_kind kind() const override { return compressor_kind::quantiser; }

private:
  explicit none(const packing& how) : by_segment(how) {}

  result<void> pack(message& to, std::span<float> part, const task&) const override {
    return to.add_dense(part, to.how().values, true);
  }
};

}  // namespace echelon::compression
