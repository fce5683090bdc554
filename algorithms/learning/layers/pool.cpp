#include "algorithms/learning/layers/windows.hpp"

namespace echelon::learning::layers {
namespace {

/// The largest number of each window; of equal ones the first. Padding never wins.
template <class Scalar>
class max_pool final : public layer<Scalar> {
public:
  explicit max_pool(const layer_site& site)
      : channels_(site.output.channels), in_pixels_(site.inputs[0].height * site.inputs[0].width),
        out_pixels_(site.output.height * site.output.width),
        runs_(output_runs(site.node.window, site.inputs[0], site.output)) {}

  /// For every output, which tap of its window was the largest.
  memory_need saved() const override { return {.per_sample = channels_ * out_pixels_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    for_each_run(batch.stride, [&](index in, index out, index count, auto taps) {
      const Scalar* x = batch.inputs[0] + in;
      Scalar* y = batch.output + out;
      Scalar* winner = batch.saved + out;
      const Scalar* first = x + taps[0].pixel * batch.stride;
      for (index i = 0; i < count; ++i) {
        y[i] = first[i];
        winner[i] = 0;
      }
      for (std::size_t t = 1; t < taps.size(); ++t) {
        const Scalar* other = x + taps[t].pixel * batch.stride;
        const auto number = static_cast<Scalar>(t);
        for (index i = 0; i < count; ++i) {
          winner[i] = other[i] > y[i] ? number : winner[i];
          y[i] = other[i] > y[i] ? other[i] : y[i];
        }
      }
    });
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    Scalar* down = batch.input_gradients[0];
    std::fill_n(down, channels_ * in_pixels_ * batch.stride, Scalar{0});
    for_each_run(batch.stride, [&](index in, index out, index count, auto taps) {
      const Scalar* up = batch.output_gradient + out;
      const Scalar* winner = batch.saved + out;
      for (std::size_t t = 0; t < taps.size(); ++t) {
        Scalar* to = down + in + taps[t].pixel * batch.stride;
        const auto number = static_cast<Scalar>(t);
        for (index i = 0; i < count; ++i)
          to[i] += winner[i] == number ? up[i] : Scalar{0};
      }
    });
  }

private:
  /// use(start of the channel's input, start of the run's output, numbers, taps)
  template <class Use>
  void for_each_run(index stride, Use use) const {
    for (index channel = 0; channel < channels_; ++channel)
      for (const window_run& run : runs_.runs)
        use(channel * in_pixels_ * stride, (channel * out_pixels_ + run.first) * stride,
            run.pixels * stride, runs_.taps_of(run));
  }

  index channels_, in_pixels_, out_pixels_;
  window_runs runs_;
};

/// The mean of each window; zeros of the padding do not count.
template <class Scalar>
class average_pool final : public layer<Scalar> {
public:
  explicit average_pool(const layer_site& site)
      : average_pool(site, site.node.window) {}
  average_pool(const layer_site& site, const window_shape& window)
      : channels_(site.output.channels), in_pixels_(site.inputs[0].height * site.inputs[0].width),
        out_pixels_(site.output.height * site.output.width),
        runs_(output_runs(window, site.inputs[0], site.output)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    for (index channel = 0; channel < channels_; ++channel)
      for (const window_run& run : runs_.runs) {
        const auto taps = runs_.taps_of(run);
        const Scalar share = 1 / static_cast<Scalar>(taps.size());
        const Scalar* x = batch.inputs[0] + channel * in_pixels_ * batch.stride;
        Scalar* y = batch.output + (channel * out_pixels_ + run.first) * batch.stride;
        const index count = run.pixels * batch.stride;
        std::fill_n(y, count, Scalar{0});
        for (const kernels::tap& t : taps)
          for (index i = 0; i < count; ++i)
            y[i] += share * x[t.pixel * batch.stride + i];
      }
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    std::fill_n(batch.input_gradients[0], channels_ * in_pixels_ * batch.stride, Scalar{0});
    for (index channel = 0; channel < channels_; ++channel)
      for (const window_run& run : runs_.runs) {
        const auto taps = runs_.taps_of(run);
        const Scalar share = 1 / static_cast<Scalar>(taps.size());
        Scalar* down = batch.input_gradients[0] + channel * in_pixels_ * batch.stride;
        const Scalar* up =
            batch.output_gradient + (channel * out_pixels_ + run.first) * batch.stride;
        for (const kernels::tap& t : taps)
          for (index i = 0; i < run.pixels * batch.stride; ++i)
            down[t.pixel * batch.stride + i] += share * up[i];
      }
  }

private:
  index channels_, in_pixels_, out_pixels_;
  window_runs runs_;
};

result<sample_shape> pooled_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  return windowed_shape(node, inputs[0]);
}

result<sample_shape> one_pixel(const layer_node&, std::span<const sample_shape> inputs) {
  return sample_shape{inputs[0].channels, 1, 1};
}

template <class Scalar>
layer_ptr<Scalar> make_global(const layer_site& site) {
  const window_shape whole{.height = site.inputs[0].height, .width = site.inputs[0].width};
  return std::make_unique<const average_pool<Scalar>>(site, whole);
}

}  // namespace

const layer_type max_pool_type{.kind = layer_kind::max_pool,
                               .name = "max-pool",
                               .infer = pooled_shape,
                               .tensors = no_tensors,
                               .make_single = make_layer<max_pool, float>,
                               .make_double = make_layer<max_pool, double>};

const layer_type average_pool_type{.kind = layer_kind::average_pool,
                                   .name = "average-pool",
                                   .infer = pooled_shape,
                                   .tensors = no_tensors,
                                   .make_single = make_layer<average_pool, float>,
                                   .make_double = make_layer<average_pool, double>};

const layer_type global_average_pool_type{.kind = layer_kind::global_average_pool,
                                          .name = "global-average-pool",
                                          .infer = one_pixel,
                                          .tensors = no_tensors,
                                          .make_single = make_global<float>,
                                          .make_double = make_global<double>};

}  // namespace echelon::learning::layers
