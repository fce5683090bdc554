#pragma once

#include <algorithm>

#include "algorithms/base/block.hpp"

namespace echelon::aggregation {

/// FedProx: a local step descends F_j(w) + mu/2 ||w - start||^2, so that workers do not wander far
/// from the model they were sent. Adds mu (w - start) to each trained number's gradient.
/// Shapes: one kind; `gradient` is no longer than `model` and `start`, whose buffers follow.
/// Cost: one pass. Source: Li et al. 2020, arXiv:1812.06127.
inline void add_proximal_term(block_builder& gradient, const block& model, const block& start,
                              double mu) {
  expects(gradient.size() <= std::min(model.size(), start.size()));
  with_scalar(gradient.kind(), [&]<class Scalar>(Scalar) {
    const auto pull = static_cast<Scalar>(mu);
    const auto w = model.as<Scalar>(), from = start.as<Scalar>();
    const auto g = gradient.as<Scalar>();
    for (std::size_t i = 0; i < g.size(); ++i)
      g[i] += pull * (w[i] - from[i]);
  });
}

}  // namespace echelon::aggregation
