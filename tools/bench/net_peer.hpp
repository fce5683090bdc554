#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <sys/types.h>

#include "net/hub.hpp"

// The other process of the benchmarks of links, and what both of them need.
namespace echelon::bench {

using memory = std::shared_ptr<std::byte[]>;

inline constexpr double bytes_per_mb = 1e6;

/// Shared, so that what a process has beside its values can be told from them.
memory shared_memory(std::size_t size);

/// By how much this process's private memory grew since it was made, looked at often.
class growth {
public:
  explicit growth(asio::io_context& loop) : state_(std::make_shared<state>(loop)) { look(state_); }
  growth(const growth&) = delete;
  growth& operator=(const growth&) = delete;
  ~growth() {
    state_->over = true;  // a look may be due already
    state_->timer.cancel();
  }
  double most_mb() const { return state_->most - state_->before; }

private:
  struct state {
    explicit state(asio::io_context& loop);
    asio::steady_timer timer;
    double before;
    double most;
    bool over = false;
  };

  static void look(const std::shared_ptr<state>& of);

  std::shared_ptr<state> state_;
};

net::message text(const std::string& what);
std::string text_of(std::span<const std::byte> head);
net::hub_settings named(const std::string& name);

/// A process forked from this one, which has no thread yet. Over a link it answers each small
/// message with itself, and each value with by how many MB its private memory grew; over plain Asio
/// it reads and writes as many bytes as it is first told. It ends when the link is closed.
struct net_peer {
  net_peer();
  net_peer(const net_peer&) = delete;
  net_peer& operator=(const net_peer&) = delete;
  ~net_peer();

  pid_t process;
  std::string address;           ///< of its hub
  std::uint16_t plain_port = 0;  ///< of plain Asio
};

}  // namespace echelon::bench
