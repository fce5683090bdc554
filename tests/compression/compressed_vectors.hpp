#pragma once

#include <string>
#include <vector>

#include "algorithms/compression/compressor.hpp"
#include "algorithms/compression/payload_format.hpp"

// Vectors, compressors and what a receiver makes of their messages.
namespace echelon::compression {

inline std::vector<segment> one_segment(index length) {
  return {{.size = length, .rows = length, .columns = 1}};
}

/// As a model has them: matrices, biases, an empty one, and running statistics.
inline std::vector<segment> tensors() {
  return {{.size = 600, .rows = 20, .columns = 30},
          {.size = 20, .rows = 20, .columns = 1},
          {},
          {.size = 12, .rows = 12, .columns = 1, .dense = true},
          {.size = 200, .rows = 10, .columns = 20},
          {.size = 1, .rows = 1, .columns = 1}};
}

inline index length_of(std::span<const segment> segments) {
  index length = 0;
  for (const segment& one : segments)
    length += one.size;
  return length;
}

inline compressor_ptr compressor_named(std::string_view name, const packing& how = {},
                                       value_table settings = {}) {
  return compressors().make(name, value{std::move(settings)}, "compression", how).value();
}

/// What a receiver adds to zeros; checks first, as it must.
inline result<std::vector<float>> received(const packed_vector& packed, index length) {
  std::vector<float> sum(slot(length));
  ECHELON_CHECK(payload_format().check(packed.bytes.bytes(), length));
  payload_format().add(packed.bytes.bytes(), 1, sum);
  return sum;
}

inline std::vector<float> normal_vector(random_stream& random, index length, float scale = 1) {
  std::vector<float> values(slot(length));
  for (float& value : values)
    value = scale * static_cast<float>(random.normal());
  return values;
}

inline double squares(std::span<const float> values) {
  double sum = 0;
  for (const float value : values)
    sum += double{value} * double{value};
  return sum;
}

}  // namespace echelon::compression
