#pragma once

#include <memory>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "net/real_clock.hpp"
#include "tools/proxy/schedule.hpp"

namespace echelon::proxy {

class passage;

/// What happened to streams so far.
struct totals {
  std::size_t streams = 0;
  std::size_t refused = 0;
  std::size_t reset = 0;
  std::size_t corrupted = 0;  ///< directions of streams
};

/// Stands between processes: passes TCP streams on, as the schedule has it. One thread. Memory: at
/// most 1 MB each way of each stream.
class forwarder {
public:
  forwarder(asio::io_context& loop, std::vector<episode> schedule, std::uint64_t seed);

  /// Another route: listens at `where` and passes on to `target` for as long as the loop runs.
  /// Answers where it listens. Errors: those of listening.
  asio::awaitable<result<std::string>> open(std::string where, std::string target);
  /// Lets the schedule begin now; until its last episode is over.
  asio::awaitable<void> disturb();

  const totals& so_far() const { return totals_; }

private:
  asio::awaitable<void> accept(std::size_t route, std::string target,
                               asio::ip::tcp::acceptor acceptor);
  asio::awaitable<void> connect(std::size_t route, std::string target,
                                asio::ip::tcp::socket dialler);
  void begin(const episode& one);
  void apply(passage& to) const;
  bool refuses(std::size_t route) const;
  nanoseconds now() const { return time_.now() - began_; }

  asio::io_context& loop_;
  net::real_clock time_;
  std::vector<episode> schedule_;
  std::uint64_t seed_;
  nanoseconds began_;
  std::size_t routes_ = 0;
  std::vector<std::weak_ptr<passage>> living_;
  totals totals_;
};

}  // namespace echelon::proxy
