#pragma once

#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

/// For each part (or node), the rows it holds. Every row is held exactly once; no part is empty.
using partition = std::vector<std::vector<index>>;

/// How samples are dealt out. A policy axis: `data.partition.kind`.
class partitioner {
public:
  virtual ~partitioner() = default;
  /// Errors: fewer samples than parts, or a request the labels cannot satisfy, with the numbers.
  virtual result<partition> deal(const dataset& samples, index parts,
                                 random_stream random) const = 0;
};

using partitioner_catalogue = catalogue<partitioner>;
/// iid, dirichlet, classes, shards, sizes, quantity, group-iid, natural.
const partitioner_catalogue& partitioners();

}  // namespace echelon::learning
