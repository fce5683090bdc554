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
        runs_(output_runs(site.node.window, site.inputs[0], site.output)),
        kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  /// For every output, which tap of its window was the largest.
  memory_need saved() const override { return {.per_sample = channels_ * out_pixels_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    for_each_run(batch.stride, [&](const auto& run, index in, index out) {
      kernels_.find_largest(run, batch.inputs[0] + in, batch.output + out, batch.saved + out);
    });
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    Scalar* down = batch.input_gradients[0];
    std::fill_n(down, channels_ * in_pixels_ * batch.stride, Scalar{0});
    for_each_run(batch.stride, [&](const auto& run, index in, index out) {
      kernels_.return_to_largest(run, batch.output_gradient + out, batch.saved + out, down + in);
    });
  }

private:
  /// use(run, where its input starts, where its output starts)
  template <class Use>
  void for_each_run(index stride, Use use) const {
    for (index channel = 0; channel < channels_; ++channel)
      for (const auto& runs : runs_.groups())
        for (const kernels::run_start& start : runs.starts)
          use(kernels::pool_run<Scalar>{runs.taps, runs.pixels, stride},
              (channel * in_pixels_ + start.in) * stride,
              (channel * out_pixels_ + start.out) * stride);
  }

  index channels_, in_pixels_, out_pixels_;
  window_runs runs_;
  const kernels::kernel_set<Scalar>& kernels_;
};

/// The mean of each window; zeros of the padding do not count.
template <class Scalar>
class average_pool final : public layer<Scalar> {
public:
  explicit average_pool(const layer_site& site) : average_pool(site, site.node.window) {}
  average_pool(const layer_site& site, const window_shape& window)
      : channels_(site.output.channels), in_pixels_(site.inputs[0].height * site.inputs[0].width),
        out_pixels_(site.output.height * site.output.width),
        runs_(output_runs(window, site.inputs[0], site.output)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    for_each_run(batch.stride, [&](const auto& runs, index in, index out) {
      const index count = runs.pixels * batch.stride;
      const Scalar share = 1 / static_cast<Scalar>(runs.taps.size());
      Scalar* y = batch.output + out;
      std::fill_n(y, count, Scalar{0});
      for (const kernels::tap& t : runs.taps) {
        const Scalar* x = batch.inputs[0] + in + t.pixel * batch.stride;
        for (index i = 0; i < count; ++i)
          y[i] += share * x[i];
      }
    });
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    std::fill_n(batch.input_gradients[0], channels_ * in_pixels_ * batch.stride, Scalar{0});
    for_each_run(batch.stride, [&](const auto& runs, index in, index out) {
      const Scalar share = 1 / static_cast<Scalar>(runs.taps.size());
      const Scalar* up = batch.output_gradient + out;
      for (const kernels::tap& t : runs.taps) {
        Scalar* down = batch.input_gradients[0] + in + t.pixel * batch.stride;
        for (index i = 0; i < runs.pixels * batch.stride; ++i)
          down[i] += share * up[i];
      }
    });
  }

private:
  /// use(group of runs, where the run's input starts, where its output starts)
  template <class Use>
  void for_each_run(index stride, Use use) const {
    for (index channel = 0; channel < channels_; ++channel)
      for (const auto& runs : runs_.groups())
        for (const kernels::run_start& start : runs.starts)
          use(runs, (channel * in_pixels_ + start.in) * stride,
              (channel * out_pixels_ + start.out) * stride);
  }

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
