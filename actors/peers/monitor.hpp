#pragma once

#include <functional>
#include <map>
#include <memory>

#include "actors/coordinator_desk.hpp"
#include "actors/peers/peer_book.hpp"

namespace echelon::actors {

/// The monitor's data; the session reads them when the run has ended.
struct monitor_desk {
  monitor_desk(training_setup_ptr run, coordinator_hooks tell)
      : setup(std::move(run)), book(setup), hooks(std::move(tell)) {}

  training_setup_ptr setup;
  peer_book book;
  coordinator_hooks hooks;
  std::map<std::int32_t, caf::actor_addr> peers;  ///< those in this process
  bool over = false;
};

struct monitor_state {
  std::shared_ptr<monitor_desk> desk;
};

/// Keeps the books of a run of peers. It decides nothing: peers would learn without it.
monitor_handle::behavior_type monitor(monitor_handle::stateful_pointer<monitor_state> self,
                                      std::shared_ptr<monitor_desk> desk);

}  // namespace echelon::actors
