#include "algorithms/learning/builders/network.hpp"

#include <numeric>

namespace echelon::learning::builders {
namespace {

/// Source: Wu, He 2018 find 32 groups best from 64 channels on; narrow networks take fewer.
constexpr index norm_groups = 8;

}  // namespace

network::network(const model_context& context)
    : network(context,
              context.classes > 0 ? loss_kind::softmax_cross_entropy : loss_kind::squared) {}

std::optional<sample_shape> network::shape() const {
  const auto shapes = infer_shapes(graph_);
  return shapes ? std::optional{shapes->back()} : std::nullopt;
}

network& network::add(layer_node node) {
  if (node.inputs.empty())
    node.inputs = {here_};
  here_ = graph_.add(std::move(node));
  return *this;
}

network& network::dense(std::string name, index units, initialisation start) {
  return add({.kind = layer_kind::dense, .name = std::move(name), .units = units, .start = start});
}

network& network::convolution(std::string name, index channels, index window, index padding,
                              index stride, bool bias) {
  return add({.kind = layer_kind::convolution,
              .name = std::move(name),
              .units = channels,
              .window = {window, window, stride, padding},
              .bias = bias});
}

network& network::max_pool(std::string name, index window) {
  return add({.kind = layer_kind::max_pool,
              .name = std::move(name),
              .window = {window, window, window, 0}});
}

network& network::relu() { return add({.kind = layer_kind::relu, .name = last_name() + ".relu"}); }

network& network::flatten() { return add({.kind = layer_kind::flatten, .name = "flatten"}); }

network& network::dropout(double rate) {
  return rate > 0
             ? add({.kind = layer_kind::dropout, .name = last_name() + ".dropout", .rate = rate})
             : *this;
}

network& network::norm(std::string_view kind, index channels) {
  const std::string name = last_name() + ".norm";
  if (kind == "batch")
    return add({.kind = layer_kind::batch_norm, .name = name});
  if (kind == "layer")
    return add({.kind = layer_kind::layer_norm, .name = name});
  if (kind == "group")
    return add(
        {.kind = layer_kind::group_norm, .name = name, .groups = std::gcd(channels, norm_groups)});
  return *this;
}

result<model_ptr> network::finish() {
  dense("output", context_.classes > 0 ? context_.classes : 1, initialisation::glorot);
  return compile(std::move(graph_), context_);
}

parameter norm_parameter(std::string fallback, std::string_view after) {
  return {
      .name = "norm",
      .kind = value_kind::text,
      .fallback = std::move(fallback),
      .summary = fmt::format("normalisation after each {}; coded parts need group or layer", after),
      .choices = {"none", "batch", "group", "layer"}};
}

parameter dropout_parameter(std::string where) {
  return {.name = "dropout",
          .kind = value_kind::number,
          .fallback = 0.0,
          .summary = "share of numbers dropped in training " + std::move(where),
          .least = 0,
          .most = 0.99};
}

result<std::vector<index>> unit_counts(const parameters& given, std::string_view name) {
  std::vector<index> counts;
  for (const value& units : given.at(name).list()) {
    if (!units.is_integer() || units.integer() < 1 || units.integer() > units_max)
      return given.refuse(name,
                          "{} is not a number of units; each must be an integer between 1 and {}",
                          units.toml(), units_max);
    counts.push_back(units.integer());
  }
  return counts;
}

}  // namespace echelon::learning::builders
