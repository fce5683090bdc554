#pragma once

#include <memory>

#include "actors/edge.hpp"

namespace echelon::actors {

struct averaging_edge_state : edge_attempt {
  work_plan_ptr plan;
  std::string recipe;
  block received;              ///< the model this exchange began with
  block model;                 ///< the group's own
  double weight = 0;           ///< of the group in its parent's mean
  index done = 0;              ///< exchanges with the children in this one
  std::int64_t own_round = 0;  ///< number of the exchange with the children
  nanoseconds started{0};      ///< the parent's exchange
  nanoseconds own_started{0};  ///< the one with the children
  nanoseconds decode_started{0};
  packing pack;
  double busy_s = 0;
  index vectors = 0;
  squeeze squeezed;  ///< of all exchanges with the children
  work_note notes;
  round_alarm alarm;
  std::shared_ptr<gathering> round;
};

/// An edge of hierarchical SGD: exchanges models with its children several times, then answers its
/// parent with the change of the group's model, weighted by its data. Where its children can no
/// longer give a mean it says so at once. Source: Wang et al. 2022, arXiv:2010.12998.
edge_handle::behavior_type averaging_edge(edge_handle::stateful_pointer<averaging_edge_state> self,
                                          role_context context, edge_place place,
                                          children_of_edge below);

}  // namespace echelon::actors
