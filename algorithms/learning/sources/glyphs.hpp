#pragma once

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// Digits 0 to 9 drawn from strokes, each sample with its own slant, size, place, pen and noise, so
/// that a linear model stays under 95 % and a small network gets over 97 %: real work without a
/// download. Shapes: 1 x 28 x 28, values 0 ... 255 in whole numbers; the classes take turns. The
/// same seed gives the same bits on every x86-64 machine: only + - * / and square roots are used.
/// Cost: about 30 us a sample.
class glyphs final : public data_source {
public:
  static constexpr std::string_view name = "glyphs";
  static constexpr std::string_view summary = "digits drawn from strokes, built in, no file needed";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<glyphs> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  glyphs(index samples, std::uint64_t seed) : samples_(samples), seed_(seed) {}

  index samples_;
  std::uint64_t seed_;
};

}  // namespace echelon::learning
