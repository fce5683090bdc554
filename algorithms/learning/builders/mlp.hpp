#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Dense layers with ReLU, and a norm before it where that is asked for, between them.
struct mlp {
  static constexpr std::string_view name = "mlp";
  static constexpr std::string_view summary = "dense layers with ReLU between them";
  static constexpr std::string_view source = "textbook";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
