#include "experiments/embed/open_sessions.hpp"

#include "experiments/embed/session_core.hpp"

namespace echelon::embed {

asio::execution_context::id open_sessions::id;

void open_sessions::add(session_core& opened) {
  const std::lock_guard lock{mutex_};
  sessions_.insert(&opened);
}

void open_sessions::remove(session_core& closed) {
  const std::lock_guard lock{mutex_};
  sessions_.erase(&closed);
}

/// Nobody runs the context any more.
void open_sessions::shutdown() noexcept {
  while (!sessions_.empty())
    (*sessions_.begin())->detach();
}

}  // namespace echelon::embed
