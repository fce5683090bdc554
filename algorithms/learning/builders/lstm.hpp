#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Recurrent layers over the rows of a sample, and a dense layer on the last output.
struct lstm {
  static constexpr std::string_view name = "lstm";
  static constexpr std::string_view summary = "recurrent layers over the rows of a sample";
  static constexpr std::string_view source = "Hochreiter, Schmidhuber 1997; Gers et al. 2000";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
