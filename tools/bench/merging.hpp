#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/learning/model.hpp"

namespace echelon::bench {

/// How fast products of two networks' units are added up, in GFLOP/s of processor time, beside the
/// matrix kernel's own rates: networks of 64 to 1024 units, 4,096 values each.
nlohmann::json measure_correlations(learning::math_mode math);

struct merge_options {
  index width = 1;   ///< of ResNet-20
  index steps = 3;   ///< that a step's time is sampled from
  index images = 0;  ///< for calibration, that the merge's time is sampled from; 0: all
  learning::math_mode math = learning::math_mode::native;
};

/// One DIMAT merge of a ResNet-20 with two neighbours and 1,000 images for calibration, and two
/// epochs of its own training between merges (CIFAR-10 among five peers: 10,000 images, batches of
/// 100), on random images of 3x32x32; in seconds of processor time. What was reckoned from a timed
/// sample is marked so.
result<nlohmann::json> measure_merge(const merge_options& options);

}  // namespace echelon::bench
