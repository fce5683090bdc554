#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Least squares: one dense layer under a squared loss; on classes, labels are unit vectors.
struct linear {
  static constexpr std::string_view name = "linear";
  static constexpr std::string_view
      summary = "least-squares regression, or classification on unit vectors";
  static constexpr std::string_view source = "textbook";
  static std::vector<parameter> declared() { return {}; }
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
