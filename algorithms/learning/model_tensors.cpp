#include "algorithms/learning/model_tensors.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace echelon::learning {
namespace {

std::size_t at(index n) { return static_cast<std::size_t>(n); }

double weight_limit(const layer_tensor& tensor, initialisation start) {
  const index fans = start == initialisation::he ? tensor.fan_in : tensor.fan_in + tensor.fan_out;
  return std::sqrt(6.0 / static_cast<double>(fans));
}

template <class Scalar>
void start_tensor(const state_layout::placed_tensor& placed, random_stream random,
                  std::span<Scalar> numbers) {
  switch (placed.tensor.role) {
    case tensor_role::weight: {
      const double limit = weight_limit(placed.tensor, placed.start);
      for (Scalar& number : numbers)
        number = static_cast<Scalar>(random.uniform(-limit, limit));
      break;
    }
    case tensor_role::scale:
    case tensor_role::running_variance: std::ranges::fill(numbers, Scalar{1}); break;
    default:
      std::ranges::fill(numbers, Scalar{0});
      std::ranges::fill(numbers.subspan(at(placed.tensor.ones_first), at(placed.tensor.ones_count)),
                        Scalar{1});
  }
}

}  // namespace

index tensor_spec::size() const {
  return std::accumulate(shape.begin(), shape.end(), index{1}, std::multiplies<>{});
}

batch_sums& batch_sums::operator+=(const batch_sums& other) {
  loss += other.loss;
  correct += other.correct;
  samples += other.samples;
  return *this;
}

void model::observe(const block&, const batch&, activation_reader&, workspace&) const {}

void model::measure_buffers(const block&, const batch&, random_stream, block_builder&,
                            workspace&) const {}

state_layout::state_layout(const layer_graph& graph, std::span<const sample_shape> shapes)
    : nodes_(at(graph.size())) {
  for (index k = 1; k < graph.size(); ++k) {
    std::vector<sample_shape> inputs;
    for (const index from : graph.node(k).inputs)
      inputs.push_back(shapes[at(from)]);
    for (layer_tensor& tensor : tensors_of(graph.node(k), inputs))
      nodes_[at(k)].push_back({std::move(tensor), graph.node(k).start, 0});
  }
  index offset = 0;
  for (const bool trained : {true, false}) {
    for (index k = 1; k < graph.size(); ++k)
      for (placed_tensor& placed : nodes_[at(k)]) {
        if (placed.tensor.trained() != trained)
          continue;
        placed.offset = offset;
        specs_.push_back(
            {graph.node(k).name + '.' + placed.tensor.suffix, placed.tensor.shape, offset});
        offset += specs_.back().size();
      }
    if (trained)
      parameters_ = offset;
  }
  buffers_ = offset - parameters_;
}

block state_layout::initial_state(std::uint64_t init_seed, precision kind) const {
  block_builder state{parameters_ + buffers_, kind};
  with_scalar(kind, [&]<class Scalar>(Scalar) {
    std::uint64_t drawn = 0;
    for (const auto& node : nodes_)
      for (const placed_tensor& placed : node) {
        const tensor_spec shape{{}, placed.tensor.shape, 0};
        start_tensor(placed, random_stream{init_seed, "initial weights", drawn++},
                     state.as<Scalar>().subspan(at(placed.offset), at(shape.size())));
      }
  });
  return block::freeze(std::move(state));
}

}  // namespace echelon::learning
