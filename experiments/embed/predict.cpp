#include "experiments/embed/predict.hpp"

#include <array>
#include <limits>

#include "algorithms/base/contract.hpp"

namespace echelon::embed {

index predict(const learning::model& trained, const block& weights, const learning::dataset& data,
              index sample) {
  expects(data.classes > 0 && sample >= 0 && sample < data.count);
  learning::dataset guess{
      .name = data.name, .shape = data.shape, .count = 1, .classes = data.classes};
  guess.features.assign(data.row(sample), data.row(sample) + data.shape.size());
  const auto scratch = trained.make_workspace();
  const std::array<index, 1> row{0};
  index best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (index label = 0; label < data.classes; ++label) {
    guess.labels = {static_cast<std::int32_t>(label)};
    const double loss = trained.evaluate(weights, {&guess, row}, *scratch).loss;
    if (loss < least) {
      least = loss;
      best = label;
    }
  }
  return best;
}

}  // namespace echelon::embed
