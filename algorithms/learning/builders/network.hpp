#pragma once

#include <optional>
#include <string>

#include "algorithms/learning/graph_model.hpp"

namespace echelon::learning::builders {

inline constexpr index units_max = 1 << 20;

/// A graph under construction: every call appends a layer after the current one, so that a chain of
/// layers reads as a list. Layers are called as they are named here, ReLUs and norms after what
/// they follow.
class network {
public:
  /// Softmax cross-entropy where there are classes, else half the squared error.
  explicit network(const model_context& context);
  network(const model_context& context, loss_kind loss)
      : context_(context), graph_(context.input, loss) {}

  index here() const { return here_; }
  /// The shape of the current output, or nothing where the layers so far do not fit.
  std::optional<sample_shape> shape() const;

  /// Appends after the nodes it names, else after the current one.
  network& add(layer_node node);
  network& dense(std::string name, index units, initialisation start = initialisation::he);
  /// A square window; `padding` keeps the image's size where it is half the window.
  network& convolution(std::string name, index channels, index window, index padding = 0,
                       index stride = 1, bool bias = true);
  network& max_pool(std::string name, index window);
  network& relu();
  network& flatten();
  /// Nothing where the rate is 0.
  network& dropout(double rate);
  /// "none", "batch", "group" (of `norm_groups` groups, or as many as divide the channels) or
  /// "layer".
  network& norm(std::string_view kind, index channels);

  /// The last layer, one output per class or one for the target, and the end of the construction.
  result<model_ptr> finish();

private:
  std::string last_name() const { return graph_.node(here_).name; }

  model_context context_;
  layer_graph graph_;
  index here_ = 0;
};

/// The setting `norm` of builders that normalise.
parameter norm_parameter(std::string fallback, std::string_view after = "convolution");
/// The setting `dropout` of builders that drop.
parameter dropout_parameter(std::string where);
/// The numbers of a list setting, each a count of units.
/// Errors: an entry that is not an integer between 1 and `units_max`.
result<std::vector<index>> unit_counts(const parameters& given, std::string_view name);

}  // namespace echelon::learning::builders
