#pragma once

#include "algorithms/base/parameters.hpp"

namespace echelon::merging {

/// The share of the velocity kept; more would never forget.
inline parameter momentum_parameter() {
  return {"momentum", value_kind::number, 0.9, "share of the velocity kept", 0.0, 0.999999};
}

inline parameter local_steps_parameter() {
  return {"local_steps", value_kind::integer, 4, "steps from one exchange to the next", 1};
}

}  // namespace echelon::merging
