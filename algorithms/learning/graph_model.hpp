#pragma once

#include "algorithms/learning/layer_graph.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon::learning {

/// Makes a graph executable for data of the context's shape.
/// Cost: activations of at most `batch_bytes_max` at a time; larger batches run in chunks, in
/// order, unless their samples influence each other. Errors: a graph that does not fit together
/// (infer_shapes), an output that does not fit the classes, more than 2^32 numbers of state.
result<model_ptr> compile(layer_graph graph, const model_context& context);

}  // namespace echelon::learning
