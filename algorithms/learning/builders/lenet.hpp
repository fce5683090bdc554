#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::learning::builders {

/// LeNet as Caffe distributes it: 20 and 50 filters of 5x5, max pools of 2, 500 hidden units; the
/// convolutions have no nonlinearity but the pool's. Images from 16x16 up.
struct lenet {
  static constexpr std::string_view name = "lenet";
  static constexpr std::string_view
      summary = "convolutions of 20 and 50 filters, 500 hidden units, for images";
  static constexpr std::string_view
      source = "LeCun et al. 1998, as in Caffe's lenet_train_test.prototxt";
  static std::vector<parameter> declared();
  static result<model_ptr> make(const parameters& given, const model_context& context);
};

}  // namespace echelon::learning::builders
