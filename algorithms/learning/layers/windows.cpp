#include "algorithms/learning/layers/windows.hpp"

#include <algorithm>

namespace echelon::learning::layers {
namespace {

constexpr index window_side_max = 1 << 12;

using taps = std::vector<kernels::tap>;

bool same_taps(const taps& left, const taps& right, index shift) {
  return std::ranges::equal(left, right,
                            [shift](const kernels::tap& one, const kernels::tap& other) {
                              return one.weight == other.weight && one.pixel + shift == other.pixel;
                            });
}

/// Joins pixels that follow one another in a row and see the same taps, one pixel on, into runs.
class run_collector {
public:
  void add(index pixel, bool new_row, taps seen) {
    if (pixels_ > 0 && !new_row && same_taps(taps_, seen, pixels_)) {
      ++pixels_;
      return;
    }
    close();
    first_ = pixel;
    pixels_ = 1;
    taps_ = std::move(seen);
  }
  window_runs finish() {
    close();
    return std::move(runs_);
  }

private:
  void close() {
    if (pixels_ > 0)
      runs_.add(first_, pixels_, std::move(taps_));
  }

  window_runs runs_;
  index first_ = 0;
  index pixels_ = 0;
  taps taps_;
};

}  // namespace

void window_runs::add(index first, index pixels, taps seen) {
  const index base = seen.empty() ? 0 : seen.front().pixel;
  for (kernels::tap& one : seen)
    one.pixel -= base;
  const auto found = std::ranges::find_if(groups_, [&](const group& known) {
    return known.pixels == pixels && same_taps(known.taps, seen, 0);
  });
  if (found != groups_.end())
    found->starts.push_back({first, base});
  else
    groups_.push_back({std::move(seen), {{first, base}}, pixels});
}

window_runs output_runs(const window_shape& window, const sample_shape& input,
                        const sample_shape& output) {
  run_collector collector;
  for (index y = 0; y < output.height; ++y)
    for (index x = 0; x < output.width; ++x) {
      taps seen;
      for (index row = 0; row < window.height; ++row)
        for (index column = 0; column < window.width; ++column) {
          const index from_y = y * window.stride + row - window.padding;
          const index from_x = x * window.stride + column - window.padding;
          if (from_y >= 0 && from_y < input.height && from_x >= 0 && from_x < input.width)
            seen.push_back({row * window.width + column, from_y * input.width + from_x});
        }
      collector.add(y * output.width + x, x == 0, std::move(seen));
    }
  return collector.finish();
}

window_runs input_runs(const window_shape& window, const sample_shape& input,
                       const sample_shape& output) {
  run_collector collector;
  for (index y = 0; y < input.height; ++y)
    for (index x = 0; x < input.width; ++x) {
      taps seen;
      for (index row = 0; row < window.height; ++row)
        for (index column = 0; column < window.width; ++column) {
          const index above = y + window.padding - row;
          const index before = x + window.padding - column;
          if (above >= 0 && above % window.stride == 0 && above / window.stride < output.height &&
              before >= 0 && before % window.stride == 0 && before / window.stride < output.width)
            seen.push_back({row * window.width + column,
                            above / window.stride * output.width + before / window.stride});
        }
      collector.add(y * input.width + x, x == 0, std::move(seen));
    }
  return collector.finish();
}

result<sample_shape> windowed_shape(const layer_node& node, const sample_shape& input) {
  const window_shape& window = node.window;
  const std::string_view kind = type_of(node.kind).name;
  const bool sides_fit = std::min(window.height, window.width) >= 1 &&
                         std::max(window.height, window.width) <= window_side_max;
  if (!sides_fit || window.stride < 1 || window.padding < 0 ||
      window.padding >= std::min(window.height, window.width))
    return fail(
        errc::bad_input,
        "{} layer \"{}\" has a window of {}x{}, stride {}, padding {}; sides must be between "
        "1 and {}, the stride positive, the padding smaller than the window",
        kind, node.name, window.height, window.width, window.stride, window.padding,
        window_side_max);
  const index free_height = input.height + 2 * window.padding - window.height;
  const index free_width = input.width + 2 * window.padding - window.width;
  if (free_height < 0 || free_width < 0)
    return fail(errc::bad_input, "{} layer \"{}\": a {}x{} window does not fit an image of {}x{}",
                kind, node.name, window.height, window.width, input.height, input.width);
  return sample_shape{input.channels, free_height / window.stride + 1,
                      free_width / window.stride + 1};
}

}  // namespace echelon::learning::layers
