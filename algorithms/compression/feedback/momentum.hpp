#pragma once

#include "algorithms/compression/feedback.hpp"

namespace echelon::compression {

/// u = m u + g; v += u; send C(v); u and v become zero where something was sent, so that a velocity
/// from long ago does not push what has just moved. For servers that step plainly.
class momentum final : public feedback {
public:
  static constexpr std::string_view name = "momentum";
  static constexpr std::string_view
      summary = "momentum before compression, forgotten where something was sent";
  static constexpr std::string_view source = "Lin et al. 2018, arXiv:1712.01887";
  static std::vector<parameter> declared();
  static result<momentum> make(const parameters& given);

  result<void> fits(const compressor& with) const override;
  std::span<float> combine(std::span<const float> vector, const sender_memory& held,
                           sender_memory& next) const override;
  void settle(const packed_vector& sent, const sender_memory& held,
              sender_memory& next) const override;
  void decay(sender_memory& held, float share) const override;

private:
  explicit momentum(float factor) : factor_(factor) {}

  float factor_;
};

}  // namespace echelon::compression
