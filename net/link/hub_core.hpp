#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/base/random.hpp"
#include "net/hub.hpp"
#include "net/link/directory.hpp"
#include "net/link/handshake.hpp"
#include "net/link/log_limiter.hpp"

namespace echelon::net {

/// One `connect`, or the redials of one link.
struct dialling {
  std::string where;
  std::string expected;
  nanoseconds give_up{nanoseconds::max()};
  std::shared_ptr<live_link> resumed;  ///< none: a new link is wanted
  std::uint64_t over = 0;              ///< a link that the peer holds and we do not
  bool hopeless = false;               ///< another try would fail alike
  result<std::shared_ptr<live_link>> outcome = fail(errc::timed_out, "no answer");
};

/// What a hub is, shared with its coroutines and links, which may end after it.
///
/// When both ends dial at once, each may have let the other in before its own hello is answered.
/// Both then hold one link under two ids, or have two streams for the same place; the stream that
/// the lesser name dialled stays. Nothing was read from the other one: whoever dialled it reads no
/// more than the welcome before it meets its link here.
struct hub::core final : link_owner, std::enable_shared_from_this<core> {
  core(asio::any_io_executor where, clock& time, transport& carrier, hub_settings settings);

  static asio::awaitable<void> accept_loop(std::shared_ptr<core> self,
                                           std::shared_ptr<listener> door);
  static asio::awaitable<void> receive(std::shared_ptr<core> self, std::shared_ptr<stream> bytes);
  static asio::awaitable<void> greet(std::shared_ptr<core> self, std::shared_ptr<stream> bytes,
                                     std::shared_ptr<std::string> complaint);
  static asio::awaitable<result<hello>> hear_hello(std::shared_ptr<core> self,
                                                   std::shared_ptr<stream> bytes);
  static asio::awaitable<void> dial(std::shared_ptr<core> self, std::shared_ptr<dialling> what);
  static asio::awaitable<void> attempt(std::shared_ptr<core> self, std::shared_ptr<dialling> what);
  static asio::awaitable<void> redial(std::shared_ptr<core> self, std::shared_ptr<live_link> which);

  // Of those who dial us: nothing where they were let in, what they are told otherwise.
  std::optional<refusal> answer(const hello& from, const std::shared_ptr<stream>& bytes);
  std::optional<refusal> objection(const hello& from, const stream& bytes) const;
  std::optional<refusal> resume(const hello& from, const std::shared_ptr<stream>& bytes);
  std::optional<refusal> begin(const hello& from, const std::shared_ptr<stream>& bytes);
  bool let_in(const std::shared_ptr<live_link>& which, const hello& from,
              const std::shared_ptr<stream>& bytes);

  // Of those we dial.
  hello introduce(const dialling& what);
  result<std::shared_ptr<live_link>> understand(dialling& what, const greeting& come,
                                                const std::shared_ptr<stream>& bytes);
  result<std::shared_ptr<live_link>> refused(dialling& what, const refusal& come);
  result<std::shared_ptr<live_link>> welcomed(dialling& what, const welcome& come,
                                              const std::shared_ptr<stream>& bytes);
  result<std::shared_ptr<live_link>> welcomed_anew(const dialling& what, const welcome& come,
                                                   const std::shared_ptr<stream>& bytes);
  result<std::shared_ptr<live_link>> move_over(const std::shared_ptr<live_link>& which,
                                               const welcome& come,
                                               const std::shared_ptr<stream>& bytes);

  std::shared_ptr<live_link> make_link(const std::string& peer, std::uint64_t incarnation,
                                       std::uint64_t id);
  nanoseconds patience() const { return settings.peer_timeout / 3; }
  nanoseconds pause_before(int tries);
  bool needs_stream(const live_link& which) const {
    return !which.over() && !which.attached() && !closing;
  }

  void cut(const std::shared_ptr<live_link>& which) override;
  void over(const live_link& which) override;
  void log(const std::string& what) override { limited_log(what); }

  clock& time;
  transport& carrier;
  hub_settings settings;
  std::shared_ptr<scope> tasks;
  log_limiter limited_log;
  directory links;
  bell link_gone;
  std::vector<std::shared_ptr<listener>> doors;
  std::function<void(std::shared_ptr<link>)> welcome_user;
  random_stream jitter;
  std::uint64_t hellos = 0;
  std::size_t handshakes = 0;
  bool closing = false;
};

}  // namespace echelon::net
