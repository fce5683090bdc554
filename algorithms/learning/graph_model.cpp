#include "algorithms/learning/graph_model.hpp"

#include <algorithm>

#include "algorithms/learning/graph_executor.hpp"
#include "algorithms/learning/losses.hpp"

namespace echelon::learning {
namespace {

constexpr index chunk_numbers_max = index{1} << 24;
constexpr index chunk_samples_max = 256;
constexpr index state_size_max = index{1} << 32;

/// Samples per chunk: what fits, but at least one padded row. The same for float and double, since
/// dropout is drawn chunk by chunk.
index chunk_size(index numbers_per_sample) {
  const index fitting = chunk_numbers_max / numbers_per_sample / kernels::sample_padding *
                        kernels::sample_padding;
  return std::clamp(fitting, kernels::sample_padding, chunk_samples_max);
}

/// A compiled graph.
template <class Scalar>
class graph_model final : public model {
public:
  graph_model(layer_graph graph, const std::vector<sample_shape>& shapes, state_layout layout,
              math_mode math)
      : graph_(std::move(graph)), outputs_(shapes.back().size()), layout_(std::move(layout)),
        executor_(graph_, shapes, layout_, math), kernels_(kernels::kernels_for<Scalar>(math)),
        chunk_(chunk_size(executor_.numbers_per_sample())) {}

  precision kind() const override { return precision_of<Scalar>; }
  index parameter_count() const override { return layout_.parameter_count(); }
  index buffer_count() const override { return layout_.buffer_count(); }
  std::span<const tensor_spec> tensors() const override { return layout_.specs(); }
  const layer_graph* graph() const override { return &graph_; }
  bool couples_samples() const override { return executor_.couples_samples(); }

  block initial_state(std::uint64_t init_seed) const override {
    return layout_.initial_state(init_seed, kind());
  }
  std::unique_ptr<workspace> make_workspace() const override { return std::make_unique<space>(); }

  batch_sums gradient(const block& state, const batch& samples, random_stream dropout,
                      block_builder& sums, workspace& scratch) const override {
    expects(state.size() == parameter_count() + buffer_count() && sums.size() == state.size());
    const Scalar* numbers = state.as<Scalar>().data();
    Scalar* gradients = sums.as<Scalar>().data();
    if (samples.rows.empty())
      std::fill_n(gradients, sums.size(), Scalar{0});
    const index whole = std::ssize(samples.rows);
    return in_chunks(samples, couples_samples() ? whole : chunk_, scratch,
                     [&](space& at, const batch& chunk, bool first) {
                       executor_.forward(at, numbers, &dropout, gradients);
                       const batch_sums loss = take_loss(at, chunk, executor_.output_gradient(at));
                       executor_.backward(at, numbers, gradients, !first);
                       return loss;
                     });
  }

  batch_sums evaluate(const block& state, const batch& samples, workspace& scratch) const override {
    expects(state.size() == parameter_count() + buffer_count());
    return in_chunks(samples, chunk_, scratch, [&](space& at, const batch& chunk, bool) {
      executor_.forward(at, state.as<Scalar>().data(), nullptr, nullptr);
      return take_loss(at, chunk, nullptr);
    });
  }

  index pass_samples() const override { return chunk_; }

  void observe(const block& state, const batch& samples, activation_reader& reader,
               workspace& scratch) const override {
    expects(state.size() == parameter_count() + buffer_count());
    in_chunks(samples, chunk_, scratch, [&](space& at, const batch&, bool) {
      executor_.forward(at, state.as<Scalar>().data(), nullptr, nullptr, &reader);
      return batch_sums{};
    });
  }

  void measure_buffers(const block& state, const batch& samples, random_stream dropout,
                       block_builder& statistics, workspace& scratch) const override {
    expects(state.size() == parameter_count() + buffer_count() &&
            statistics.size() == state.size());
    Scalar* numbers = statistics.as<Scalar>().data();
    in_chunks(samples, std::ssize(samples.rows), scratch, [&](space& at, const batch&, bool) {
      executor_.forward(at, state.as<Scalar>().data(), &dropout, numbers);
      return batch_sums{};
    });
  }

private:
  using space = graph_workspace<Scalar>;

  /// Runs `use(workspace, chunk, is first)` over the batch in order and adds up what it returns.
  template <class Use>
  batch_sums in_chunks(const batch& samples, index step, workspace& scratch, Use use) const {
    auto& at = static_cast<space&>(scratch);
    batch_sums total;
    const index count = std::ssize(samples.rows);
    for (index first = 0; first < count; first += step) {
      const auto rows = samples.rows.subspan(
          static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(step, count - first)));
      const batch chunk{samples.data, rows};
      executor_.load(at, chunk);
      total += use(at, chunk, first == 0);
    }
    return total;
  }

  batch_sums take_loss(space& at, const batch& samples, Scalar* gradient) const {
    return apply_loss<Scalar>(graph_.loss(),
                              {.samples = samples,
                               .features = outputs_,
                               .stride = at.stride,
                               .output = executor_.output(at),
                               .gradient = gradient},
                              kernels_);
  }

  layer_graph graph_;
  index outputs_;
  state_layout layout_;
  graph_executor<Scalar> executor_;
  const kernels::kernel_set<Scalar>& kernels_;
  index chunk_;
};

result<void> check_output(const layer_graph& graph, const sample_shape& output, index classes) {
  const index wanted = classes == 0 ? 1 : classes;
  if (output.size() != wanted)
    return fail(errc::bad_input, "the network has {} outputs for {}; it needs {}", output.size(),
                classes == 0 ? "one target" : fmt::format("{} classes", classes), wanted);
  if (classes == 0 && graph.loss() == loss_kind::softmax_cross_entropy)
    return fail(errc::not_supported,
                "a softmax needs classes, and the data has a target instead; use a squared loss");
  return {};
}

}  // namespace

result<model_ptr> compile(layer_graph graph, const model_context& context) {
  expects(graph.input_shape() == context.input && graph.size() > 1);
  ECHELON_TRY(const std::vector<sample_shape> shapes, infer_shapes(graph));
  ECHELON_CHECK(check_output(graph, shapes.back(), context.classes));
  state_layout layout{graph, shapes};
  if (layout.parameter_count() + layout.buffer_count() > state_size_max)
    return fail(errc::bad_input, "the network has {} parameters; at most {} fit",
                layout.parameter_count(), state_size_max);
  return with_scalar(context.kind, [&]<class Scalar>(Scalar) -> model_ptr {
    return std::make_shared<const graph_model<Scalar>>(std::move(graph), shapes, std::move(layout),
                                                       context.math);
  });
}

}  // namespace echelon::learning
