#pragma once

#include <memory>
#include <mutex>
#include <set>

#include <asio/execution_context.hpp>

namespace echelon::embed {

class session_core;

/// The sessions that are open on one io_context: when that is destroyed, they are closed while it
/// can still be used.
class open_sessions final : public asio::execution_context::service {
public:
  static asio::execution_context::id id;

  explicit open_sessions(asio::execution_context& context) : service(context) {}

  void add(session_core& opened);
  void remove(session_core& closed);

private:
  void shutdown() noexcept override;

  std::mutex mutex_;  // sessions may live on different strands of the context
  std::set<session_core*> sessions_;
};

}  // namespace echelon::embed
