#pragma once

#include <vector>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {

/// Neighbouring pixels of one image whose windows reach the same taps of another.
struct window_run {
  index first;   ///< pixel
  index pixels;
  index taps_first, taps_count;  ///< into window_runs::taps
};

/// Which pixels of one image meet which of another through a window; what lies in the padding is left out.
struct window_runs {
  std::vector<window_run> runs;
  std::vector<kernels::tap> taps;

  std::span<const kernels::tap> taps_of(const window_run& run) const {
    return std::span{taps}.subspan(static_cast<std::size_t>(run.taps_first),
                                   static_cast<std::size_t>(run.taps_count));
  }
};

/// For the pixels of the output: the pixels of the input each sees. tap::weight is row * width + column.
window_runs output_runs(const window_shape& window, const sample_shape& input,
                        const sample_shape& output);
/// For the pixels of the input: the pixels of the output that see it.
window_runs input_runs(const window_shape& window, const sample_shape& input,
                       const sample_shape& output);

/// The image that a window moving over `input` leaves, with the input's channels.
/// Errors: a window that is empty, larger than the padded image, or with padding as wide as itself.
result<sample_shape> windowed_shape(const layer_node& node, const sample_shape& input);

}  // namespace echelon::learning::layers
