#pragma once

#include "algorithms/compression/feedback.hpp"
#include "algorithms/compression/feedback/vectors.hpp"

namespace echelon::compression {

/// a = e + g; send C(a); e = a - C(a). Of gradients or of a model's changes alike.
class ef14 final : public feedback {
public:
  static constexpr std::string_view name = "ef14";
  static constexpr std::string_view
      summary = "what a message leaves out is added to the next vector";
  static constexpr std::string_view source = "Seide et al. 2014; specification 10.1";
  static std::vector<parameter> declared() { return {}; }
  static result<ef14> make(const parameters&) { return ef14{}; }

  result<void> fits(const compressor& with) const override { return must_drain(with, name); }
  std::span<float> combine(std::span<const float> vector, const sender_memory& held,
                           sender_memory& next) const override {
    combine_to(next.leftover, vector, held.leftover, 1);
    return next.leftover;
  }
  void settle(const packed_vector&, const sender_memory&, sender_memory& next) const override {
    next.second.clear();
  }
  void decay(sender_memory& held, float share) const override { scale(held.leftover, share); }
};

}  // namespace echelon::compression
