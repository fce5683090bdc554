#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Multinomial logistic regression: one dense layer under a softmax; convex.
struct softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr std::string_view summary = "multinomial logistic regression";
  static constexpr std::string_view source = "textbook";
  static std::vector<parameter> declared() { return {}; }
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
