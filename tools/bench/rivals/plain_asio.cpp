// Two processes over loopback TCP with Asio's coroutines and nothing else: no frames, no checks, no
// other peer. What Echelon's link is measured against; see tools/bench/transport.py.

#include <span>
#include <utility>

#include <asio.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/bench/rivals/timings.hpp"

namespace rivals {
namespace {

using asio::ip::tcp;
using bytes = std::vector<char>;

// Asio's own async_read and async_write move at most 64 KB a call; these ask for all that is left.

asio::awaitable<void> read_all(tcp::socket& from, std::span<char> into) {
  while (!into.empty()) {
    const auto room = asio::buffer(into.data(), into.size());
    const std::size_t got = co_await from.async_read_some(room, asio::use_awaitable);
    into = into.subspan(got);
  }
}

asio::awaitable<void> write_all(tcp::socket& to, std::span<const char> what) {
  while (!what.empty()) {
    const auto rest = asio::buffer(what.data(), what.size());
    const std::size_t gone = co_await to.async_write_some(rest, asio::use_awaitable);
    what = what.subspan(gone);
  }
}

asio::awaitable<void> send(tcp::socket& peer, const work& all, timings& taken) {
  const bytes tensor(all.tensor_bytes, 'x');
  bytes ping(ping_bytes, 'x');
  char answer = 0;
  for (int i = 0; i < all.tensors; ++i) {
    taken.start();
    co_await write_all(peer, tensor);
    co_await read_all(peer, {&answer, 1});
    taken.stop(taken.tensors);
  }
  for (int i = 0; i < all.pings; ++i) {
    taken.start();
    co_await write_all(peer, ping);
    co_await read_all(peer, ping);
    taken.stop(taken.pings);
  }
}

asio::awaitable<void> receive(tcp::socket& peer, const work& all) {
  bytes tensor(all.tensor_bytes);
  bytes ping(ping_bytes);
  const char answer = 1;
  for (int i = 0; i < all.tensors; ++i) {
    co_await read_all(peer, tensor);
    co_await write_all(peer, {&answer, 1});
  }
  for (int i = 0; i < all.pings; ++i) {
    co_await read_all(peer, ping);
    co_await write_all(peer, ping);
  }
}

void run(asio::io_context& loop, asio::awaitable<void> what) {
  asio::co_spawn(loop, std::move(what), [](const std::exception_ptr& failed) {
    if (failed)
      std::rethrow_exception(failed);
  });
  loop.run();
}

/// Connected before either process runs a loop: who listens when is no part of the measurement.
int compare(const work& all) {
  asio::io_context loop;
  tcp::acceptor door{loop, {asio::ip::address_v4::loopback(), 0}};
  loop.notify_fork(asio::io_context::fork_prepare);
  const pid_t child = fork();
  loop.notify_fork(child == 0 ? asio::io_context::fork_child : asio::io_context::fork_parent);
  tcp::socket peer{loop};
  if (child == 0)
    peer.connect(door.local_endpoint());
  else
    door.accept(peer);
  peer.set_option(tcp::no_delay{true});
  if (child == 0) {
    run(loop, receive(peer, all));
    return 0;
  }
  timings taken;
  run(loop, send(peer, all, taken));
  taken.print();
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? 0 : 1;
}

}  // namespace
}  // namespace rivals

int main(int count, char** arguments) {
  return rivals::compare(rivals::read_work(count, arguments));
}
