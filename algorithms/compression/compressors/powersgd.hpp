#pragma once

#include "algorithms/compression/compressors/by_segment.hpp"

namespace echelon::compression {

/// A matrix becomes its projection on few directions: P = orthonormal(M Q), sent with M^T P, which
/// is also the next message's Q. |C(M) - M| <= |M|. Segments that are no matrices, and those that
/// factors would not shorten, are sent in full; so use it with scope = "tensor".
/// *Cost*: 2 rank multiply-adds for each value, as much again to subtract.
class powersgd final : public by_segment {
public:
  static constexpr std::string_view name = "powersgd";
  static constexpr std::string_view
      summary = "matrices projected on few directions; for scope = \"tensor\"";
  static constexpr std::string_view source = "Vogels, Karimireddy, Jaggi 2019, arXiv:1905.13727";
  static std::vector<parameter> declared();
  static result<powersgd> make(const parameters& given, const packing& how);

  compressor_kind kind() const override { return compressor_kind::quantiser; }

private:
  powersgd(const packing& how, index rank, bool warm) : by_segment(how), rank_(rank), warm_(warm) {}

  result<void> pack(message& to, std::span<float> part, const task& asked) const override;
  index warm_size(const segment& shape) const override;
  /// 0: send it in full.
  index rank_of(const segment& shape) const;

  index rank_;
  bool warm_;
};

}  // namespace echelon::compression
