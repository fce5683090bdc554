#pragma once

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "algorithms/merging/permutations/unit_orders.hpp"
#include "tests/support/models.hpp"
#include "tests/support/networks.hpp"

// Networks to permute and merge, and what they compute.
namespace echelon::testing {

/// Writes nodes one after another; names are made from their numbers.
class sketch {
public:
  sketch(learning::sample_shape input, learning::loss_kind loss) : graph_(input, loss) {}

  index add(std::vector<index> inputs, learning::layer_node node) {
    node.name = fmt::format("n{}", graph_.size());
    node.inputs = std::move(inputs);
    return graph_.add(std::move(node));
  }
  index convolve(index from, index units, index groups = 1) {
    return add({from}, {.kind = learning::layer_kind::convolution,
                        .units = units,
                        .window = {3, 3, 1, 1},
                        .groups = groups});
  }
  index bend(index from) { return add({from}, {.kind = learning::layer_kind::relu}); }
  index norm(index from) { return add({from}, {.kind = learning::layer_kind::batch_norm}); }
  index dense(index from, index units) {
    return add({from}, {.kind = learning::layer_kind::dense, .units = units});
  }
  index flatten(index from) { return add({from}, {.kind = learning::layer_kind::flatten}); }
  result<learning::model_ptr> finish(index from, const learning::model_context& context) {
    dense(flatten(from), 3);
    return learning::compile(std::move(graph_), context);
  }

private:
  learning::layer_graph graph_;
};

/// User graphs that no builder makes: every way in which units meet and part.
inline std::vector<network_case> branching_cases() {
  using namespace learning;
  const auto made = [](std::string name, auto draw) {
    return network_case{std::move(name), {3, 4, 4}, 3, [draw](const model_context& context) {
                          sketch paper{context.input, loss_kind::softmax_cross_entropy};
                          const index last = draw(paper);
                          return paper.finish(last, context);
                        }};
  };
  return {
      made("pre-activation residual",
           [](sketch& on) {
             index stream = on.convolve(0, 6);
             for (int block = 0; block < 2; ++block) {
               const index inner = on.convolve(on.bend(on.norm(stream)), 5);
               stream = on.add({stream, on.convolve(on.bend(on.norm(inner)), 6)},
                               {.kind = layer_kind::add});
             }
             return on.bend(on.norm(stream));
           }),
      made("dense concatenation",
           [](sketch& on) {
             index all = on.bend(on.convolve(0, 4));
             for (int block = 0; block < 3; ++block)
               all = on.add({all, on.convolve(on.bend(on.norm(all)), 3)},
                            {.kind = layer_kind::concatenate});
             return on.norm(all);
           }),
      made("depthwise block with a multiplier and a skip",
           [](sketch& on) {
             const index stem = on.bend(on.convolve(0, 4));
             const index wide = on.bend(on.norm(on.convolve(stem, 12, 4)));
             return on.add({wide, on.convolve(stem, 12)}, {.kind = layer_kind::add});
           }),
      made("grouped convolution",
           [](sketch& on) {
             const index stem = on.bend(on.convolve(0, 6));
             return on.bend(on.convolve(on.bend(on.convolve(stem, 9, 3)), 5));
           }),
      made("split halves that change places",
           [](sketch& on) {
             const index stem = on.bend(on.convolve(0, 8));
             const auto part = [&](index first, index units) {
               return on.add({stem}, {.kind = layer_kind::slice, .units = units, .first = first});
             };
             const index turned = on.add({part(3, 5), part(0, 3)},
                                         {.kind = layer_kind::concatenate});
             return on.add({turned, on.convolve(stem, 8)}, {.kind = layer_kind::add});
           }),
      made("overlapping slices",
           [](sketch& on) {
             const index stem = on.bend(on.convolve(0, 6));
             const index low = on.add({stem}, {.kind = layer_kind::slice, .units = 4, .first = 0});
             const index high = on.add({stem}, {.kind = layer_kind::slice, .units = 4, .first = 2});
             return on.add({low, high}, {.kind = layer_kind::add});
           }),
      made("groups that differ on one stream",
           [](sketch& on) {
             index stream = on.add({on.convolve(0, 12)},
                                   {.kind = layer_kind::group_norm, .groups = 3});
             stream = on.convolve(on.bend(stream), 12);
             stream = on.add({stream}, {.kind = layer_kind::group_norm, .groups = 4});
             const index side = on.add({on.convolve(0, 12)},
                                       {.kind = layer_kind::group_norm, .groups = 6});
             return on.add({stream, side}, {.kind = layer_kind::add});
           }),
      made("groups over a concatenation",
           [](sketch& on) {
             const index both = on.add({on.convolve(0, 5), on.convolve(0, 7)},
                                       {.kind = layer_kind::concatenate});
             return on.bend(on.add({both}, {.kind = layer_kind::group_norm, .groups = 3}));
           }),
      made("a flat skip from an image to a dense layer",
           [](sketch& on) {
             const index image = on.flatten(on.bend(on.convolve(0, 3)));
             return on.bend(on.add({on.dense(image, 48), image}, {.kind = layer_kind::add}));
           }),
      made("a skip from the input",
           [](sketch& on) {
             const index bent = on.bend(on.convolve(on.bend(on.convolve(0, 7)), 3));
             return on.add({bent, 0}, {.kind = layer_kind::add});
           }),
  };
}

inline network_case recurrent_case() {
  using namespace learning;
  return {"two recurrent layers", {1, 4, 5}, 3, [](const model_context& context) {
            sketch paper{context.input, loss_kind::softmax_cross_entropy};
            const index first = paper.add(
                {0}, {.kind = layer_kind::lstm, .units = 6, .every_step = true});
            const index normal = paper.add({first}, {.kind = layer_kind::layer_norm});
            const index second = paper.add(
                {normal}, {.kind = layer_kind::lstm, .units = 4, .every_step = true});
            return paper.finish(second, context);
          }};
}

/// All networks there are: builders, every kind of layer, branching ones.
inline std::vector<network_case> all_networks() {
  auto cases = model_cases();
  for (auto more : {layer_cases(), branching_cases(), {recurrent_case()}})
    std::ranges::move(more, std::back_inserter(cases));
  return cases;
}

/// A state whose buffers and shifts are all different, so that a wrong order shows.
template <class Scalar>
block disturbed_state(const learning::model& made, std::uint64_t seed) {
  block_builder state = copy_of<Scalar>(made.initial_state(seed));
  random_stream random{seed, "disturbance"};
  for (Scalar& number : state.as<Scalar>())
    number += static_cast<Scalar>(random.uniform(-0.05, 0.05));
  return block::freeze(std::move(state));
}

/// What the last node puts out, feature after feature.
class output_reader final : public learning::activation_reader {
public:
  explicit output_reader(index node) : node_(node) {}
  void read(const learning::activation<float>& output) override { keep(output); }
  void read(const learning::activation<double>& output) override { keep(output); }
  const std::vector<double>& seen() const { return seen_; }

private:
  template <class Scalar>
  void keep(const learning::activation<Scalar>& output) {
    if (output.node != node_)
      return;
    for (index f = 0; f < output.features; ++f)
      for (index n = 0; n < output.samples; ++n)
        seen_.push_back(static_cast<double>(output.numbers[f * output.stride + n]));
  }

  index node_;
  std::vector<double> seen_;
};

inline std::vector<double> outputs_of(const learning::model& made, const block& state,
                                      const learning::dataset& data) {
  output_reader reader{made.graph()->size() - 1};
  const auto rows = all_rows(data);
  made.observe(state, {&data, rows}, reader, *made.make_workspace());
  return reader.seen();
}

/// The largest difference over the largest size.
inline double worst_difference(const std::vector<double>& left, const std::vector<double>& right) {
  double worst = 0, size = 1e-300;
  for (std::size_t k = 0; k < left.size(); ++k) {
    worst = std::max(worst, std::abs(left[k] - right[k]));
    size = std::max(size, std::abs(left[k]));
  }
  return worst / size;
}

}  // namespace echelon::testing
