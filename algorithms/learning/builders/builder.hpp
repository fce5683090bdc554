#pragma once

#include <string>

#include "algorithms/learning/graph_model.hpp"

namespace echelon::learning::builders {

/// A graph under construction: remembers where the network stands, so that a chain reads as a list.
class network {
public:
  /// Softmax cross-entropy where there are classes, else half the squared error.
  explicit network(const model_context& context)
      : network(context, context.classes > 0 ? loss_kind::softmax_cross_entropy
                                             : loss_kind::squared) {}
  network(const model_context& context, loss_kind loss)
      : context_(context), graph_(context.input, loss) {}

  index here() const { return here_; }
  /// Appends a node after the current one, or after those it names itself.
  index add(layer_node node) {
    if (node.inputs.empty())
      node.inputs = {here_};
    return here_ = graph_.add(std::move(node));
  }
  network& dense(std::string name, index units, initialisation start = initialisation::he) {
    add({.kind = layer_kind::dense, .name = std::move(name), .units = units, .start = start});
    return *this;
  }
  network& relu(std::string name) {
    add({.kind = layer_kind::relu, .name = std::move(name)});
    return *this;
  }
  network& flatten() {
    add({.kind = layer_kind::flatten, .name = "flatten"});
    return *this;
  }
  /// The last layer, one output per class or one for the target, and the end of the construction.
  result<model_ptr> finish(std::string name = "output") {
    dense(std::move(name), context_.classes > 0 ? context_.classes : 1, initialisation::glorot);
    return compile(std::move(graph_), context_);
  }

private:
  model_context context_;
  layer_graph graph_;
  index here_ = 0;
};

}  // namespace echelon::learning::builders
