#include "tools/proxy/passage.hpp"

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

namespace echelon::proxy {
namespace {

using asio::experimental::as_tuple;
using asio::ip::tcp;

constexpr std::size_t step_bytes = 64 * 1024;
constexpr index corrupted_within = 64 * 1024;  // bytes

}  // namespace

passage::passage(std::size_t route, tcp::socket dialler, tcp::socket target, net::clock& time,
                 random_stream random)
    : route_(route), dialler_(std::move(dialler)), target_(std::move(target)), time_(time),
      random_(random), lanes_{lane{dialler_, target_,
                                   net::pipe{dialler_.get_executor(), time, {}, random}},
                              lane{target_, dialler_,
                                   net::pipe{dialler_.get_executor(), time, {}, random}}} {}

void passage::start() {
  for (lane& along : lanes_) {
    asio::co_spawn(dialler_.get_executor(), take_in(shared_from_this(), along), asio::detached);
    asio::co_spawn(dialler_.get_executor(), give_out(shared_from_this(), along), asio::detached);
  }
}

void passage::change(way direction, net::direction_faults faults) {
  lane& along = at(direction);
  faults.flips = along.flips;
  along.between.change(std::move(faults));
}

void passage::reset() {
  for (lane& along : lanes_)
    along.between.reset_at(nanoseconds{0});
  asio::error_code ignored;
  for (tcp::socket* socket : {&dialler_, &target_}) {
    socket->set_option(tcp::socket::linger{true, 0}, ignored);
    socket->close(ignored);
  }
}

void passage::corrupt(way direction, std::size_t bytes) {
  lane& along = at(direction);
  along.flips.clear();
  for (; bytes > 0; --bytes)
    along.flips.push_back(
        {along.carried + static_cast<std::size_t>(random_.below(corrupted_within)),
         static_cast<std::byte>(1 << random_.below(8))});
}

void passage::abandon(way direction) {
  at(direction).abandoned = true;
  at(direction).between.close_reader();
}

asio::awaitable<void> passage::take_in(std::shared_ptr<passage>, lane& along) {
  std::vector<std::byte> bytes(step_bytes);
  for (;;) {
    const auto [failed, count] = co_await along.from.async_read_some(
        asio::buffer(bytes.data(), bytes.size()), as_tuple(asio::use_awaitable));
    if (failed == asio::error::connection_reset)
      reset();
    if (failed)
      break;
    if (along.abandoned)
      continue;
    const asio::const_buffer all{bytes.data(), count};
    const auto passed = co_await along.between.write(std::span{&all, 1});
    if (!passed && !along.abandoned)
      break;
    along.carried += count;
  }
  along.between.close_writer();
}

asio::awaitable<void> passage::give_out(std::shared_ptr<passage>, lane& along) {
  std::vector<std::byte> bytes(step_bytes);
  for (;;) {
    const auto got = co_await along.between.read_some(bytes);
    if (!got)
      break;
    const auto [failed, count] = co_await asio::async_write(
        along.to, asio::buffer(bytes.data(), *got), as_tuple(asio::use_awaitable));
    if (failed)
      break;
  }
  along.between.close_reader();
  if (along.abandoned)
    co_return;
  asio::error_code ignored;
  along.to.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace echelon::proxy
