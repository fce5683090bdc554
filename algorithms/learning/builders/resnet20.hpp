#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Residual network of 20 layers for small images: a stem and three stages of three blocks,
/// projections by 1x1 convolutions.
struct resnet20 {
  static constexpr std::string_view name = "resnet20";
  static constexpr std::string_view summary = "residual network for small images";
  static constexpr std::string_view
      source = "He et al. 2016, section 4.2, with projections (option B)";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
