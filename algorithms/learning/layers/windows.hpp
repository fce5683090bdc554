#pragma once

#include <vector>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {

/// Which pixels of one image meet which of another through a window: runs of neighbouring pixels,
/// grouped by length and by the taps they see. What lies in the padding is left out.
class window_runs {
public:
  struct group {
    std::vector<kernels::tap> taps;
    std::vector<kernels::run_start> starts;
    index pixels = 0;
  };

  std::span<const group> groups() const { return groups_; }
  /// Adds a run whose taps name pixels of the input's image.
  void add(index first, index pixels, std::vector<kernels::tap> taps);

private:
  std::vector<group> groups_;
};

/// For the pixels of the output: the pixels of the input each sees. tap::weight is row * width +
/// column.
window_runs output_runs(const window_shape& window, const sample_shape& input,
                        const sample_shape& output);
/// For the pixels of the input: the pixels of the output that see it.
window_runs input_runs(const window_shape& window, const sample_shape& input,
                       const sample_shape& output);

/// The image that a window moving over `input` leaves, with the input's channels.
/// Errors: a window that is empty, larger than the padded image, or with padding as wide as itself.
result<sample_shape> windowed_shape(const layer_node& node, const sample_shape& input);

}  // namespace echelon::learning::layers
