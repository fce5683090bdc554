#include "algorithms/learning/layers/windows.hpp"

#include <algorithm>

namespace echelon::learning::layers {
namespace {

/// Appends a pixel with its taps, to the last run where that goes on in the same way.
class run_collector {
public:
  void add(index pixel, bool new_row, const std::vector<kernels::tap>& taps) {
    if (!new_row && continues(pixel, taps)) {
      ++collected_.runs.back().pixels;
      return;
    }
    collected_.runs.push_back({pixel, 1, std::ssize(collected_.taps), std::ssize(taps)});
    collected_.taps.insert(collected_.taps.end(), taps.begin(), taps.end());
  }
  window_runs finish() { return std::move(collected_); }

private:
  bool continues(index pixel, const std::vector<kernels::tap>& taps) const {
    if (collected_.runs.empty())
      return false;
    const window_run& last = collected_.runs.back();
    return std::ranges::equal(collected_.taps_of(last), taps,
                              [&](const kernels::tap& had, const kernels::tap& has) {
                                return had.weight == has.weight &&
                                       had.pixel + (pixel - last.first) == has.pixel;
                              });
  }

  window_runs collected_;
};

}  // namespace

window_runs output_runs(const window_shape& window, const sample_shape& input,
                        const sample_shape& output) {
  run_collector collector;
  std::vector<kernels::tap> taps;
  for (index y = 0; y < output.height; ++y)
    for (index x = 0; x < output.width; ++x) {
      taps.clear();
      for (index row = 0; row < window.height; ++row)
        for (index column = 0; column < window.width; ++column) {
          const index from_y = y * window.stride + row - window.padding;
          const index from_x = x * window.stride + column - window.padding;
          if (from_y >= 0 && from_y < input.height && from_x >= 0 && from_x < input.width)
            taps.push_back({row * window.width + column, from_y * input.width + from_x});
        }
      collector.add(y * output.width + x, x == 0, taps);
    }
  return collector.finish();
}

window_runs input_runs(const window_shape& window, const sample_shape& input,
                       const sample_shape& output) {
  run_collector collector;
  std::vector<kernels::tap> taps;
  for (index y = 0; y < input.height; ++y)
    for (index x = 0; x < input.width; ++x) {
      taps.clear();
      for (index row = 0; row < window.height; ++row)
        for (index column = 0; column < window.width; ++column) {
          const index above = y + window.padding - row;
          const index before = x + window.padding - column;
          if (above >= 0 && above % window.stride == 0 && above / window.stride < output.height &&
              before >= 0 && before % window.stride == 0 && before / window.stride < output.width)
            taps.push_back({row * window.width + column,
                            above / window.stride * output.width + before / window.stride});
        }
      collector.add(y * input.width + x, x == 0, taps);
    }
  return collector.finish();
}

result<sample_shape> windowed_shape(const layer_node& node, const sample_shape& input) {
  const window_shape& window = node.window;
  const std::string_view kind = type_of(node.kind).name;
  if (window.height < 1 || window.width < 1 || window.stride < 1 || window.padding < 0 ||
      window.padding >= std::min(window.height, window.width))
    return fail(errc::bad_input,
                "{} layer \"{}\" has a window of {}x{}, stride {}, padding {}; sizes and stride must "
                "be positive, the padding smaller than the window",
                kind, node.name, window.height, window.width, window.stride, window.padding);
  const index free_height = input.height + 2 * window.padding - window.height;
  const index free_width = input.width + 2 * window.padding - window.width;
  if (free_height < 0 || free_width < 0)
    return fail(errc::bad_input, "{} layer \"{}\": a {}x{} window does not fit an image of {}x{}",
                kind, node.name, window.height, window.width, input.height, input.width);
  return sample_shape{input.channels, free_height / window.stride + 1,
                      free_width / window.stride + 1};
}

}  // namespace echelon::learning::layers
