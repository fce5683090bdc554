#pragma once

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/tree.hpp"
#include "algorithms/hierarchy/periods.hpp"

// Trees, periods and gradients for tests of hierarchical averaging.
namespace echelon::hierarchy {

/// From counts and lists as `topology.edges` has them.
inline tree tree_of(value_list edges) { return tree::from_edges(value{std::move(edges)}).value(); }

inline periods every(std::vector<index> by_level) {
  return periods::make(std::move(by_level)).value();
}

inline matrix random_rows(random_stream& random, index rows, index columns) {
  matrix made(rows, columns);
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < columns; ++j)
      made(i, j) = random.normal();
  return made;
}

/// Positive, of no particular sum.
inline std::vector<double> random_weights(random_stream& random, index count) {
  std::vector<double> weights;
  for (index i = 0; i < count; ++i)
    weights.push_back(random.uniform(0.1, 2));
  return weights;
}

/// Up to so many levels of links; now and then a worker beside an edge.
inline value_list random_edges(random_stream& random, index levels) {
  value_list edges;
  const index count = 1 + random.below(3);
  for (index edge = 0; edge < count; ++edge)
    if (levels > 2 && random.bernoulli(0.6))
      edges.emplace_back(random_edges(random, levels - 1));
    else
      edges.emplace_back(static_cast<std::int64_t>(1 + random.below(4)));
  return edges;
}

}  // namespace echelon::hierarchy
