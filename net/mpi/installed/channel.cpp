#include "net/mpi/installed/channel.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "algorithms/base/contract.hpp"
#include "net/mpi/installed/undisturbed.hpp"

namespace echelon::net {
namespace {

constexpr std::size_t pieces_under_way_max = 8;
/// MPI keeps short messages at the receiver without asking: so much unread, and we ask.
constexpr std::size_t unmatched_bytes_max = 256 * 1024;

class at_work {
public:
  explicit at_work(int& working) : working_{working} { ++working_; }
  at_work(const at_work&) = delete;
  at_work& operator=(const at_work&) = delete;
  ~at_work() { --working_; }

private:
  int& working_;
};

}  // namespace

channel::channel(std::shared_ptr<poller> polls, channel_route route)
    : polls_{std::move(polls)}, route_{route} {}

std::unexpected<error> channel::why_not() const {
  if (closed_)
    return fail(errc::unreachable, "the stream to rank {} was closed here", route_.peer);
  return fail(errc::unreachable, "rank {} closed the stream", route_.peer);
}

asio::awaitable<result<std::size_t>> channel::read_some(std::span<std::byte> into) {
  const auto self = shared_from_this();
  const at_work reading{working_};
  auto reads = read_next(into);
  auto got = co_await undisturbed(std::move(reads));
  co_return got;
}

asio::awaitable<result<std::size_t>> channel::read_next(std::span<std::byte> into) {
  expects(!into.empty());
  if (closed_)
    co_return why_not();
  if (rest_taken_ < rest_.size())
    co_return take_rest(into);
  if (ended_)
    co_return why_not();
  arrival next{*polls_, route_.peer, route_.tag_in, closed_};
  const bool came = co_await polls_->until(next);
  if (!next.found()) {
    if (!came)
      co_return fail(errc::interrupted, "reading from rank {} was cancelled", route_.peer);
    co_return why_not();
  }
  const std::size_t size = next.size();
  if (size > 0 && size <= into.size()) {
    co_await next.take(into.first(size));
    co_return size;
  }
  rest_.resize(size);
  rest_taken_ = 0;
  co_await next.take(rest_);
  ended_ = size == 0;
  if (ended_)
    co_return why_not();
  co_return take_rest(into);
}

std::size_t channel::take_rest(std::span<std::byte> into) {
  const std::size_t size = std::min(into.size(), rest_.size() - rest_taken_);
  std::memcpy(into.data(), rest_.data() + rest_taken_, size);
  rest_taken_ += size;
  return size;
}

asio::awaitable<result<void>> channel::write(std::span<const asio::const_buffer> gather) {
  const auto self = shared_from_this();
  const at_work writing{working_};
  auto writes = write_all(gather);
  auto written = co_await undisturbed(std::move(writes));
  co_return written;
}

asio::awaitable<result<void>> channel::write_all(std::span<const asio::const_buffer> gather) {
  departures pieces{polls_->ranks()};
  bool sent = !closed_;
  for (std::size_t i = 0; sent && i < gather.size(); ++i)
    sent = co_await write_pieces(pieces, gather[i]);
  pieces.wait_for(0);
  co_await polls_->until_surely(pieces);
  if (!sent)
    co_return why_not();
  co_return result<void>{};
}

/// False: the stream is closed at either end.
asio::awaitable<bool> channel::write_pieces(departures& pieces, asio::const_buffer what) {
  while (what.size() > 0) {
    if (closed_ || ended_)
      co_return false;
    pieces.wait_for(pieces_under_way_max - 1);
    co_await polls_->until_surely(pieces);
    const std::size_t size = std::min(what.size(), message_bytes_max);
    unmatched_ += size;
    const bool asks = unmatched_ >= unmatched_bytes_max;
    if (asks)
      unmatched_ = 0;
    pieces.send({static_cast<const std::byte*>(what.data()), size}, route_.peer, route_.tag_out,
                asks);
    what += size;
  }
  co_return !closed_;
}

void channel::close() {
  closed_ = true;
  polls_->wake();
}

asio::awaitable<void> channel::last() {
  when closes{[this] { return closed_; }};
  co_await polls_->until_surely(closes);
  departures end{polls_->ranks()};
  end.send({}, route_.peer, route_.tag_out, false);
  co_await polls_->until_surely(end);
  co_await forget_what_comes();
  when nobody_left{[this] { return working_ == 0; }};
  co_await polls_->until_surely(nobody_left);
}

asio::awaitable<void> channel::forget_what_comes() {
  const bool never = false;
  std::vector<std::byte> forgotten;
  while (!ended_) {
    arrival next{*polls_, route_.peer, route_.tag_in, never};
    co_await polls_->until_surely(next);
    forgotten.resize(next.size());
    co_await next.take(forgotten);
    ended_ = forgotten.empty();
  }
}

}  // namespace echelon::net
