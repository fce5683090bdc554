#pragma once

#include <functional>
#include <map>
#include <memory>

#include "actors/coordinator_desk.hpp"
#include "actors/peers/graph_switch.hpp"
#include "actors/peers/peer_book.hpp"

namespace echelon::actors {

/// The monitor's data; the session reads them when the run has ended.
struct monitor_desk {
  monitor_desk(training_setup_ptr run, coordinator_hooks tell)
      : setup(std::move(run)), book(setup), hooks(std::move(tell)), graphs(setup->peers->peers()) {}

  training_setup_ptr setup;
  peer_book book;
  coordinator_hooks hooks;
  std::map<std::int32_t, caf::actor_addr> peers;  ///< those in this process
  /// How all are told of another graph; those of other processes, too.
  std::map<std::int32_t, graph_hearer_handle> hearers = {};
  graph_switch graphs;
  bool over = false;
};

struct monitor_state {
  std::shared_ptr<monitor_desk> desk;
};

/// Keeps the books of a run of peers and, where the scenario says so, repairs their graph. That is
/// all it decides: peers would learn without it.
monitor_handle::behavior_type monitor(monitor_handle::stateful_pointer<monitor_state> self,
                                      std::shared_ptr<monitor_desk> desk);

}  // namespace echelon::actors
