#include "algorithms/learning/sources/mixture.hpp"

#include <cmath>

#include <Eigen/Core>

#include "algorithms/base/random.hpp"

namespace echelon::learning {
namespace {

Eigen::MatrixXd normal_matrix(index rows, index columns, random_stream random) {
  Eigen::MatrixXd drawn{rows, columns};
  for (index column = 0; column < columns; ++column)
    for (index row = 0; row < rows; ++row)
      drawn(row, column) = random.normal();
  return drawn;
}

}  // namespace

std::vector<parameter> mixture::declared() {
  return {{.name = "samples",
           .kind = value_kind::integer,
           .fallback = value{14'000},
           .summary = "how many points are drawn",
           .least = 10,
           .most = 1'000'000},
          {.name = "dimensions",
           .kind = value_kind::integer,
           .fallback = value{32},
           .summary = "numbers a point has",
           .least = 1,
           .most = 1000},
          {.name = "classes",
           .kind = value_kind::integer,
           .fallback = value{20},
           .summary = "how many kinds of points",
           .least = 2,
           .most = 1000},
          {.name = "clouds",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "clouds that make up a class",
           .least = 1,
           .most = 1000},
          {.name = "noise",
           .kind = value_kind::number,
           .fallback = value{0.9},
           .summary = "deviation of a cloud, where its centre's is 1 in every dimension",
           .least = 0,
           .most = 1000},
          {.name = "warp",
           .kind = value_kind::number,
           .fallback = value{1.5},
           .summary = "height of the sines that bend space",
           .least = 0,
           .most = 1000},
          {.name = "mixture_seed",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "which points are drawn; not moved by scenario.seed",
           .least = 0}};
}

result<mixture> mixture::make(const parameters& given) {
  if (given.integer("samples") < given.integer("classes"))
    return given.refuse("samples", "{} is fewer than the {} classes; each needs one",
                        given.integer("samples"), given.integer("classes"));
  return mixture{given};
}

mixture::mixture(const parameters& given)
    : samples_(given.integer("samples")), dimensions_(given.integer("dimensions")),
      classes_(given.integer("classes")), clouds_(given.integer("clouds")),
      noise_(given.number("noise")), warp_(given.number("warp")),
      seed_(static_cast<std::uint64_t>(given.integer("mixture_seed"))) {}

result<loaded_data> mixture::load() const {
  dataset drawn{.name = std::string{name},
                .shape = {1, 1, dimensions_},
                .count = samples_,
                .classes = classes_,
                .images = false};
  const Eigen::MatrixXd centres = normal_matrix(dimensions_, classes_ * clouds_,
                                                {seed_, "mixture.centres"});
  const Eigen::MatrixXd mixing = 2 / std::sqrt(static_cast<double>(dimensions_)) *
                                 normal_matrix(dimensions_, dimensions_, {seed_, "mixture.warp"});
  drawn.features.reserve(slot(samples_ * dimensions_));
  drawn.labels.reserve(slot(samples_));
  for (index sample = 0; sample < samples_; ++sample) {
    const Eigen::MatrixXd cloud = normal_matrix(
        dimensions_, 1, {seed_, "mixture.points", static_cast<std::uint64_t>(sample)});
    const Eigen::VectorXd plain = centres.col(sample % (classes_ * clouds_)) +
                                  noise_ * cloud.col(0);
    const Eigen::VectorXd angles = mixing * plain;
    drawn.labels.push_back(static_cast<std::int32_t>(sample % classes_));
    for (index i = 0; i < dimensions_; ++i)
      drawn.features.push_back(static_cast<float>(plain(i) + warp_ * std::sin(angles(i))));
  }
  return loaded_data{std::move(drawn), std::nullopt};
}

}  // namespace echelon::learning
