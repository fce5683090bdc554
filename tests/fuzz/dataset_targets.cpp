#include "algorithms/learning/data_source.hpp"
#include "tests/fuzz/scratch.hpp"

namespace echelon::fuzz {
namespace {

/// Reads it and gets it ready for training.
void try_source(std::string_view name, const std::filesystem::path& path, value_table more = {}) {
  more.emplace("path", path.string());
  const auto source = learning::data_sources().make(name, value{std::move(more)}, "data");
  expects(source.has_value());
  auto loaded = (*source)->load();
  if (!loaded)
    return;
  const learning::dataset& samples = loaded->samples;
  expects(std::ssize(samples.features) == samples.count * samples.shape.size());
  static_cast<void>(learning::prepare(*std::move(loaded), {}));
}

}  // namespace

/// Images, a line of dashes, labels.
void feed_idx(bytes input) {
  const auto [images, labels] = halves(input);
  written("train-images-idx3-ubyte", images);
  written("train-labels-idx1-ubyte", labels);
  try_source("idx", scratch());
}

void feed_csv(bytes input) {
  const auto file = written("table.csv", input);
  try_source("csv", file);
  try_source("csv", file, {{"task", "regression"}});
}

void feed_libsvm(bytes input) { try_source("libsvm", written("rows.libsvm", input)); }

void feed_cifar10(bytes input) {
  written("data_batch_1.bin", input);
  try_source("cifar10", scratch());
}

void feed_cifar100(bytes input) {
  written("train.bin", input);
  try_source("cifar100", scratch());
}

void feed_npz(bytes input) { try_source("npz", written("arrays.npz", input)); }

}  // namespace echelon::fuzz
