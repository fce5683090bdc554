#include "net/real_clock.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace echelon::net {

nanoseconds real_clock::now() const { return std::chrono::steady_clock::now().time_since_epoch(); }

asio::awaitable<void> real_clock::sleep_until(nanoseconds due) {
  asio::steady_timer timer{co_await asio::this_coro::executor,
                           std::chrono::steady_clock::time_point{due}};
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace echelon::net
