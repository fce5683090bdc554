#pragma once

#include "algorithms/learning/model.hpp"

namespace echelon::embed {

/// The class that a model holds most likely for a sample, whatever model it is: that of the least
/// loss. `sample` is one that prepared data has, or scaled like them. Cost: one evaluation a class.
index predict(const learning::model& trained, const block& weights, const learning::dataset& data,
              index sample);

}  // namespace echelon::embed
