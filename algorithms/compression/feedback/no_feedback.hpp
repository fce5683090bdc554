#pragma once

#include "algorithms/compression/feedback.hpp"
#include "algorithms/compression/feedback/vectors.hpp"

namespace echelon::compression {

/// What a message leaves out is lost.
class no_feedback final : public feedback {
public:
  static constexpr std::string_view name = "none";
  static constexpr std::string_view summary = "what a message leaves out is lost";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<no_feedback> make(const parameters&) { return no_feedback{}; }

  result<void> fits(const compressor&) const override { return {}; }
  std::span<float> combine(std::span<const float> vector, const sender_memory&,
                           sender_memory& next) const override {
    combine_to(next.leftover, vector, {}, 1);
    return next.leftover;
  }
  void settle(const packed_vector&, const sender_memory&, sender_memory& next) const override {
    next.leftover.clear();
    next.second.clear();
  }
  void decay(sender_memory&, float) const override {}
};

}  // namespace echelon::compression
