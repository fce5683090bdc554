#pragma once

#include <cmath>
#include <numeric>
#include <string>

#include "algorithms/learning/model.hpp"

namespace echelon::testing {

/// Random samples: features standard normal, labels uniform, targets normal.
inline learning::dataset random_samples(learning::sample_shape shape, index count, index classes,
                                        std::uint64_t seed) {
  random_stream random{seed, "test samples"};
  learning::dataset data{.name = "random",
                         .shape = shape,
                         .count = count,
                         .classes = classes,
                         .features = {},
                         .labels = {},
                         .targets = {}};
  for (index k = 0; k < count * shape.size(); ++k)
    data.features.push_back(static_cast<float>(random.normal()));
  for (index k = 0; k < count; ++k)
    if (classes > 0)
      data.labels.push_back(static_cast<std::int32_t>(random.below(classes)));
    else
      data.targets.push_back(static_cast<float>(random.normal()));
  return data;
}

inline std::vector<index> all_rows(const learning::dataset& data) {
  std::vector<index> rows(static_cast<std::size_t>(data.count));
  std::iota(rows.begin(), rows.end(), index{0});
  return rows;
}

/// A writable copy of a state.
template <class Scalar>
block_builder copy_of(const block& state) {
  block_builder copy{state.size(), state.kind()};
  std::ranges::copy(state.as<Scalar>(), copy.as<Scalar>().begin());
  return copy;
}

/// Plain gradient descent on the whole batch; returns the last state.
template <class Scalar>
block descend(const learning::model& model, const learning::dataset& data, int steps, double rate) {
  const auto rows = all_rows(data);
  const auto scratch = model.make_workspace();
  block state = model.initial_state(1);
  for (int step = 0; step < steps; ++step) {
    block_builder sums{state.size(), state.kind()};
    model.gradient(state, {&data, rows}, {1, "dropout", static_cast<std::uint64_t>(step)}, sums,
                   *scratch);
    block_builder next = copy_of<Scalar>(state);
    const double factor = rate / static_cast<double>(data.count);
    for (std::size_t k = 0; k < static_cast<std::size_t>(model.parameter_count()); ++k)
      next.as<Scalar>()[k] -= static_cast<Scalar>(factor) * sums.as<Scalar>()[k];
    state = block::freeze(std::move(next));
  }
  return state;
}

}  // namespace echelon::testing
