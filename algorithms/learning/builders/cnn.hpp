#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Convolutions that keep the image's size, each with ReLU and a max pool of 2, then one hidden
/// dense layer.
struct cnn {
  static constexpr std::string_view name = "cnn";
  static constexpr std::string_view
      summary = "convolution, ReLU and max pool, repeated, then a dense layer";
  static constexpr std::string_view source = "textbook";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
