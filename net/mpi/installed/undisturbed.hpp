#pragma once

#include <utility>

#include <asio/awaitable.hpp>
#include <asio/this_coro.hpp>

namespace echelon::net {

/// Runs `inner` so that a cancellation shows in what its waits answer, instead of throwing out of
/// the next co_await: MPI may still be working on memory of the frame.
template <class T>
asio::awaitable<T> undisturbed(asio::awaitable<T> inner) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  T done = co_await std::move(inner);
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return done;
}

}  // namespace echelon::net
