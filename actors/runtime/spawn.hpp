#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace echelon::runtime {

/// Told what an actor's handler threw; other people's exceptions end here.
using crash_handler = std::function<void(std::string what)>;

/// A thread that makes a system or spawns holds on to its logger, and the system, when it ends,
/// waits for the logger to be let go: for ever, where another thread of a context ends it.
inline void release_logger() { caf::logger::set_current_actor_system(nullptr); }

/// Spawns a typed actor with state, in Echelon's way: unknown messages are dropped, errors end
/// nobody else, exceptions go to `on_crash`, and CAF prints nothing. `behaviour` is a function from
/// (Handle::stateful_pointer<State>, Args...) to Handle::behavior_type.
template <class Handle, class State, class Behaviour, class... Args>
Handle spawn_role(caf::actor_system& system, crash_handler on_crash, Behaviour behaviour,
                  Args... args) {
  Handle spawned = system.spawn(
      [on_crash = std::move(on_crash),
       behaviour](typename Handle::template stateful_pointer<State> self, Args... rest) ->
      typename Handle::behavior_type {
        self->set_default_handler(caf::drop);
        self->set_error_handler([](caf::error&) {});
        self->set_exception_handler([on_crash](std::exception_ptr& thrown) -> caf::error {
          try {
            std::rethrow_exception(thrown);
          } catch (const std::exception& failure) {
            on_crash(failure.what());
          } catch (...) {
            on_crash("unknown exception");
          }
          return caf::sec::runtime_error;
        });
        return behaviour(self, std::move(rest)...);
      },
      std::move(args)...);
  release_logger();
  return spawned;
}

}  // namespace echelon::runtime
