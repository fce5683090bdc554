#pragma once

#include <memory>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/runtime/event_loop.hpp"

namespace echelon::runtime {

/// A CAF configuration whose scheduler hands every actor to `loop`, which must outlive the system.
/// CAF's thread pool, clock thread and printing actor are not started; nothing is ever printed.
std::unique_ptr<caf::actor_system_config> make_config(event_loop& loop);

}  // namespace echelon::runtime
