#pragma once

#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "algorithms/learning/graph_model.hpp"

namespace echelon::testing {

/// A small network round one layer kind, or a registered model, on a given input shape.
struct network_case {
  std::string name;
  learning::sample_shape input;
  index classes;
  std::function<result<learning::model_ptr>(const learning::model_context&)> make;

  result<learning::model_ptr> compiled(precision kind, learning::math_mode math) const {
    return make({input, classes, kind, math});
  }
};

/// Layers between a 1x1 convolution to `channels` channels, so that gradients must pass through
/// them, and a dense layer to 3 classes.
inline network_case chain_case(std::string name, learning::sample_shape input, index channels,
                               std::vector<learning::layer_node> nodes) {
  using namespace learning;
  return {
      std::move(name), input, 3, [=](const model_context& context) {
        layer_graph graph{context.input, loss_kind::softmax_cross_entropy};
        index last = graph.add(
            {.kind = layer_kind::convolution, .name = "stem", .inputs = {0}, .units = channels});
        for (layer_node tested : nodes) {
          tested.name = fmt::format("tested{}", last);
          tested.inputs = {last};
          last = graph.add(std::move(tested));
        }
        last = graph.add({.kind = layer_kind::flatten, .name = "flat", .inputs = {last}});
        graph.add({.kind = layer_kind::dense, .name = "output", .inputs = {last}, .units = 3});
        return compile(std::move(graph), context);
      }};
}

inline network_case layer_case(std::string name, learning::sample_shape input, index channels,
                               learning::layer_node node) {
  return chain_case(std::move(name), input, channels, {std::move(node)});
}

/// Two branches that start at the same node and meet again: gradients must add up.
inline network_case joint_case(std::string name, learning::layer_kind kind) {
  using namespace learning;
  return {
      std::move(name), {2, 3, 3}, 3, [=](const model_context& context) {
        layer_graph graph{context.input, loss_kind::squared};
        const auto convolve = [&](std::string called, index from) {
          return graph.add({.kind = layer_kind::convolution,
                            .name = std::move(called),
                            .inputs = {from},
                            .units = 4,
                            .window = {3, 3, 1, 1}});
        };
        const index stem = convolve("stem", 0);
        const index bent = graph.add({.kind = layer_kind::tanh, .name = "tanh", .inputs = {stem}});
        const index left = convolve("left", bent);
        const index met = graph.add({.kind = kind, .name = "met", .inputs = {left, bent, stem}});
        const index again = graph.add({.kind = kind, .name = "again", .inputs = {met, met}});
        const index part = graph.add(
            {.kind = layer_kind::slice, .name = "part", .inputs = {again}, .units = 2, .first = 1});
        const index flat = graph.add(
            {.kind = layer_kind::flatten, .name = "flat", .inputs = {part}});
        graph.add({.kind = layer_kind::dense, .name = "output", .inputs = {flat}, .units = 3});
        return compile(std::move(graph), context);
      }};
}

/// Every layer kind at awkward sizes: 1, odd, more than one group, windows that leave a remainder.
inline std::vector<network_case> layer_cases() {
  using enum learning::layer_kind;
  return {
      layer_case("dense", {1, 1, 1}, 1, {.kind = flatten}),
      layer_case("convolution 1x1", {1, 1, 1}, 1, {.kind = convolution, .units = 1}),
      layer_case("convolution 3x3 same", {2, 5, 4}, 3,
                 {.kind = convolution, .units = 14, .window = {3, 3, 1, 1}}),
      layer_case("convolution 5x5 valid", {1, 7, 6}, 6,
                 {.kind = convolution, .units = 5, .window = {5, 5, 1, 0}}),
      layer_case("convolution 3x2 stride 2", {1, 6, 5}, 4,
                 {.kind = convolution, .units = 3, .window = {3, 2, 2, 1}}),
      layer_case("convolution 1x1 stride 3", {1, 5, 5}, 4,
                 {.kind = convolution, .units = 3, .window = {1, 1, 3, 0}}),
      layer_case("convolution in 2 groups", {1, 4, 4}, 4,
                 {.kind = convolution, .units = 6, .window = {3, 3, 1, 1}, .groups = 2}),
      layer_case("depthwise convolution", {1, 4, 3}, 5,
                 {.kind = convolution, .units = 5, .window = {3, 3, 1, 1}, .groups = 5}),
      layer_case(
          "depthwise convolution times 3", {1, 3, 4}, 2,
          {.kind = convolution, .units = 6, .window = {3, 3, 2, 1}, .groups = 2, .bias = false}),
      layer_case("batch norm", {1, 3, 2}, 3, {.kind = batch_norm}),
      layer_case("layer norm", {1, 3, 2}, 3, {.kind = layer_norm}),
      layer_case("group norm", {1, 3, 2}, 6, {.kind = group_norm, .groups = 3}),
      layer_case("group norm in 1 group", {1, 1, 1}, 5, {.kind = group_norm}),
      layer_case("relu", {1, 2, 2}, 5, {.kind = relu}),
      layer_case("gelu", {1, 2, 2}, 5, {.kind = gelu}),
      layer_case("tanh", {1, 2, 2}, 5, {.kind = tanh}),
      layer_case("max pool", {1, 5, 4}, 3, {.kind = max_pool, .window = {2, 2, 2, 0}}),
      layer_case("overlapping max pool", {1, 5, 5}, 2, {.kind = max_pool, .window = {3, 3, 2, 1}}),
      layer_case("average pool", {1, 5, 4}, 3, {.kind = average_pool, .window = {3, 2, 1, 1}}),
      layer_case("global average pool", {1, 5, 3}, 4, {.kind = global_average_pool}),
      layer_case("dropout", {1, 3, 3}, 4, {.kind = dropout, .rate = 0.4}),
      layer_case("lstm", {1, 5, 3}, 1, {.kind = lstm, .units = 4}),
      layer_case("lstm, every step", {1, 4, 1}, 1, {.kind = lstm, .units = 3, .every_step = true}),
      layer_case("lstm of one step", {1, 1, 6}, 1, {.kind = lstm, .units = 5}),
      // What may take the place of its input must not where that input is read again.
      chain_case("relu after tanh", {1, 2, 2}, 3, {{.kind = tanh}, {.kind = relu}}),
      chain_case("tanh after flatten after tanh", {1, 2, 2}, 3,
                 {{.kind = tanh}, {.kind = flatten}, {.kind = tanh}}),
      joint_case("add", add),
      joint_case("concatenate", concatenate),
  };
}

/// Every registered model on every shape it accepts of a few; vgg, which is large, on one.
inline std::vector<network_case> model_cases() {
  std::vector<network_case> cases;
  for (const std::string& kind : learning::models().names()) {
    value settings;
    if (kind == "vgg")
      settings.table()["depth"] = 11;
    const auto make = [kind, settings](const learning::model_context& context) {
      return learning::models().make(kind, settings, "model", context);
    };
    const auto add_if_fitting = [&](network_case one) {
      if (one.compiled(precision::single, learning::math_mode::portable))
        cases.push_back(std::move(one));
    };
    for (const learning::sample_shape& shape :
         {learning::sample_shape{1, 1, 1}, {1, 1, 13}, {3, 4, 5}, {1, 16, 16}})
      if (kind != "vgg" || shape.channels == 3)
        add_if_fitting({kind, shape, shape.width % 2 == 0 ? 7 : 2, make});
    if (kind != "vgg")
      add_if_fitting({kind + " for a target", {1, 1, 5}, 0, make});
  }
  return cases;
}

}  // namespace echelon::testing
