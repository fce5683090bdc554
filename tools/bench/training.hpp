#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "algorithms/learning/model.hpp"

namespace echelon::bench {

struct training_options {
  std::string model = "mlp";
  index batch = 64;
  index steps = 100;
  learning::math_mode math = learning::math_mode::native;
};

/// Trains on random 28x28 images of 10 classes as a worker does: draws rows, takes the gradient of
/// a frozen state, steps plain SGD on a copy and freezes it. The first steps warm up and do not
/// count.
result<nlohmann::json> measure_training(const training_options& options);

}  // namespace echelon::bench
