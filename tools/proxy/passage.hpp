#pragma once

#include <array>
#include <memory>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "net/transports/pipe.hpp"
#include "tools/proxy/schedule.hpp"

namespace echelon::proxy {

/// One stream that is passed on: a socket to whoever dialled, one to whom it wanted, and between
/// them the network as the schedule has it, one pipe each way.
class passage : public std::enable_shared_from_this<passage> {
public:
  passage(std::size_t route, asio::ip::tcp::socket dialler, asio::ip::tcp::socket target,
          net::clock& time, random_stream random);

  /// Both ways, until both are over or the stream is reset.
  void start();
  /// From now on, beside what befell this stream alone.
  void change(way direction, net::direction_faults faults);
  /// Abruptly, for both ends.
  void reset();
  /// So many of the next 64 KB that way come with a bit changed.
  void corrupt(way direction, std::size_t bytes);
  /// Nothing passes that way any more, and nobody is told: what comes is swallowed.
  void abandon(way direction);

  std::size_t route() const { return route_; }
  std::size_t carried() const { return lanes_[0].carried + lanes_[1].carried; }

private:
  struct lane {
    asio::ip::tcp::socket& from;
    asio::ip::tcp::socket& to;
    net::pipe between;
    std::size_t carried = 0;
    std::vector<net::flip> flips = {};
    bool abandoned = false;
  };

  lane& at(way direction) { return lanes_[static_cast<std::size_t>(direction)]; }
  asio::awaitable<void> take_in(std::shared_ptr<passage> held, lane& along);
  asio::awaitable<void> give_out(std::shared_ptr<passage> held, lane& along);

  std::size_t route_;
  asio::ip::tcp::socket dialler_, target_;
  net::clock& time_;
  random_stream random_;
  std::array<lane, 2> lanes_;
};

}  // namespace echelon::proxy
