#pragma once

#include <optional>
#include <string>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

/// What a source found: one body of samples to be split, or samples with their own test set.
struct loaded_data {
  dataset samples;
  std::optional<dataset> test;
};

/// Where samples come from. A policy axis: `data.source`.
class data_source {
public:
  virtual ~data_source() = default;
  /// Errors: one sentence naming the file and, where it is malformed, the byte offset or line.
  virtual result<loaded_data> load() const = 0;
};

using data_source_catalogue = catalogue<data_source>;
/// glyphs, mixture, idx, csv, libsvm, cifar10, cifar100, npz.
const data_source_catalogue& data_sources();

/// The settings of [data] that do not depend on the source.
struct preparation {
  index limit = 0;  ///< use at most so many samples, 0: all; taken after the split seed's shuffle
  std::string
      scale = "auto";  ///< "none", "unit", "standardise"; "auto": unit for images, else standardise
  double test_fraction = 0.2;  ///< ignored where the source has its own test set
  bool shuffled = true;
  std::uint64_t split_seed = 0;
};

/// Splits and scales. Standardising uses the training samples' means and deviations for both sides.
/// Errors: an empty side, a test set of another shape, more classes in the test set than were
/// trained.
result<prepared_data> prepare(loaded_data loaded, const preparation& how);

}  // namespace echelon::learning
