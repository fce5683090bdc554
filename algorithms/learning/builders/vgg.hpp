#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// Stacks of 3x3 convolutions between max pools, then dense layers; pools that would leave nothing
/// are left out, so that small images fit.
struct vgg {
  static constexpr std::string_view name = "vgg";
  static constexpr std::string_view summary = "stacks of 3x3 convolutions";
  static constexpr std::string_view source = "Simonyan, Zisserman 2015, configurations A, B, D, E";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
