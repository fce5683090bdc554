#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::learning {

/// Shape of one sample: an image, a sequence (height steps of width numbers), or a plain row (1 x 1
/// x width).
struct sample_shape {
  index channels = 1;
  index height = 1;
  index width = 1;

  index size() const { return channels * height * width; }
  bool operator==(const sample_shape&) const = default;
};

/// Samples with their labels, in memory and immutable once shared.
/// Shapes: features are count x shape.size(), row-major, channels first. Exactly one of labels
/// (classes > 0) and targets (classes == 0) has `count` entries. `groups` is empty or names each
/// sample's natural owner.
struct dataset {
  std::string name = {};
  sample_shape shape = {};
  index count = 0;
  index classes = 0;
  std::vector<float> features = {};
  std::vector<std::int32_t> labels = {};
  std::vector<float> targets = {};
  std::vector<std::int32_t> groups = {};
  bool
      images = false;  ///< decides the default scaling: "unit" for images, "standardise" for tables

  const float* row(index sample) const { return features.data() + sample * shape.size(); }
};

using dataset_ptr = std::shared_ptr<const dataset>;

/// Some rows of a dataset, in the order in which their gradients are summed.
struct batch {
  const dataset* data;
  std::span<const index> rows;
};

/// Training and test samples, scaled and split.
struct prepared_data {
  dataset_ptr train;
  dataset_ptr test;
};

}  // namespace echelon::learning
