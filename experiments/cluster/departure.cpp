#include "experiments/cluster/departure.hpp"

#include <chrono>

#include "net/transports/sockets.hpp"

namespace echelon::experiments {
namespace {

constexpr auto look_every = std::chrono::milliseconds{50};

}  // namespace

asio::awaitable<void> watch_for_departure(std::weak_ptr<const net::link> of, std::string where,
                                          net::clock& time, std::function<void()> gone) {
  net::link_counts at_cut;
  bool is_cut = false;
  while (const auto link = of.lock()) {
    const net::link_counts now = link->counts();
    if (now.cuts != at_cut.cuts) {
      at_cut = now;
      is_cut = true;
    } else if (now.bytes_received != at_cut.bytes_received) {
      is_cut = false;
    }
    if (is_cut && co_await net::nobody_listens(where))
      co_return gone();
    co_await time.sleep_until(time.now() + look_every);
  }
}

}  // namespace echelon::experiments
