#pragma once

#include "algorithms/learning/optimiser.hpp"

namespace echelon::aggregation {

/// Update rules of a server whose workers took several local steps. The "gradient" is the mean of
/// (start - end) of the workers' weights, so that sgd at rate 1 is plain averaging. A policy axis:
/// `optimizer.server.kind`: sgd, momentum, adam, yogi. Source: Reddi et al. 2021, arXiv:2003.00295.
const learning::optimiser_catalogue& server_optimisers();

}  // namespace echelon::aggregation
