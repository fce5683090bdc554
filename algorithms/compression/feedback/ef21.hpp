#pragma once

#include "algorithms/compression/feedback.hpp"

namespace echelon::compression {

/// c = C(g - h); h += c; send c: messages add up to an estimate of the gradient, which the receiver
/// keeps, too, and steps along. Needs a compressor that contracts.
class ef21 final : public feedback {
public:
  static constexpr std::string_view name = "ef21";
  static constexpr std::string_view
      summary = "messages add up to an estimate of the gradient, kept at both ends";
  static constexpr std::string_view source = "Richtarik, Sokolov, Fatkhullin 2021, "
                                             "arXiv:2106.05203";
  static std::vector<parameter> declared() { return {}; }
  static result<ef21> make(const parameters&) { return ef21{}; }

  bool server_accumulates() const override { return true; }
  result<void> fits(const compressor& with) const override;
  std::span<float> combine(std::span<const float> vector, const sender_memory& held,
                           sender_memory& next) const override;
  void settle(const packed_vector& sent, const sender_memory& held,
              sender_memory& next) const override;
  /// Nothing: the receiver's sum does not decay either.
  void decay(sender_memory&, float) const override {}
};

}  // namespace echelon::compression
