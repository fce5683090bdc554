#include "net/mpi/installed/exchange.hpp"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "algorithms/base/contract.hpp"
#include "net/mpi/installed/undisturbed.hpp"

namespace echelon::net {
namespace {

constexpr int note_tag = 0;
/// Streams that were dialled and wait for `accept`.
constexpr std::size_t backlog_max = 256;

int tags_of(MPI_Comm ranks) {
  void* most = nullptr;
  int known = 0;
  MPI_Comm_get_attr(ranks, MPI_TAG_UB, static_cast<void*>(&most), &known);
  expects(known != 0);
  return *static_cast<const int*>(most);
}

channel_route dialled(int peer, int number) {
  return {.peer = peer, .tag_in = 2 * number + 2, .tag_out = 2 * number + 1};
}

channel_route taken_in(int peer, int number) {
  return {.peer = peer, .tag_in = 2 * number + 1, .tag_out = 2 * number + 2};
}

}  // namespace

exchange::exchange(asio::any_io_executor where, MPI_Comm ranks)
    : polls_{std::make_shared<poller>(std::move(where), ranks)}, numbers_{(tags_of(ranks) - 2) /
                                                                          2} {
  MPI_Comm_rank(ranks, &rank_);
  MPI_Comm_size(ranks, &size_);
}

void exchange::open() { start(keep_door()); }

result<void> exchange::listen() {
  if (listens_ || closing_)
    return fail(errc::bad_input, "rank {} {}", rank_,
                listens_ ? "listens already" : "is closing and cannot listen");
  listens_ = true;
  return {};
}

void exchange::stop_listening() {
  listens_ = false;
  for (const auto& one : std::exchange(backlog_, {}))
    one->close();
  polls_->wake();
}

asio::awaitable<result<std::shared_ptr<channel>>> exchange::accept() {
  const auto self = shared_from_this();
  auto accepts = accept_next();
  auto accepted = co_await undisturbed(std::move(accepts));
  co_return accepted;
}

asio::awaitable<result<std::shared_ptr<channel>>> exchange::accept_next() {
  when somebody{[this] { return !backlog_.empty() || !listens_; }};
  const bool came = co_await polls_->until(somebody);
  if (backlog_.empty())
    co_return fail(came ? errc::unreachable : errc::interrupted, "rank {} listens no more", rank_);
  auto first = std::move(backlog_.front());
  backlog_.pop_front();
  co_return first;
}

asio::awaitable<result<std::shared_ptr<channel>>> exchange::dial(int rank) {
  const auto self = shared_from_this();
  auto dials = dial_once(rank);
  auto answer = co_await undisturbed(std::move(dials));
  co_return answer;
}

asio::awaitable<result<std::shared_ptr<channel>>> exchange::dial_once(int rank) {
  if (closing_)
    co_return fail(errc::unreachable, "rank {} is closing and dials no more", rank_);
  const int number = next_number();
  call& mine = calls_[number];
  tell(rank, {note::kind::dial, number});
  when heard{[this, &mine] { return mine.answered || closing_; }};
  co_await polls_->until(heard);
  if (!mine.answered) {
    mine.hung_up = true;
    co_return fail(errc::interrupted, "dialling rank {} was called off", rank);
  }
  auto welcome = std::move(mine.welcome);
  calls_.erase(number);
  if (!welcome)
    co_return fail(errc::unreachable, "rank {} refuses: it does not listen", rank);
  co_return welcome;
}

int exchange::next_number() {
  const auto used = [this](int number) {
    const int tag = dialled(0, number).tag_out;
    return calls_.contains(number) || std::ranges::any_of(channels_, [tag](const auto& one) {
             return one->route().tag_out == tag;
           });
  };
  do {
    number_ = (number_ + 1) % numbers_;
  } while (used(number_));
  return number_;
}

/// Answers every dial until all ranks have promised to dial no more.
asio::awaitable<void> exchange::keep_door() {
  for (;;) {
    arrival next{*polls_, MPI_ANY_SOURCE, note_tag, closed_};
    co_await polls_->until_surely(next);
    if (!next.found())
      co_return;
    note heard{};
    co_await next.take(std::as_writable_bytes(std::span{&heard, 1}));
    hear(next.source(), heard);
  }
}

void exchange::hear(int from, note what) {
  if (what.what != note::kind::dial)
    return hear_answer(from, what);
  const bool welcome = listens_ && backlog_.size() < backlog_max;
  if (welcome)
    backlog_.push_back(add(taken_in(from, what.number)));
  tell(from, {welcome ? note::kind::welcome : note::kind::refusal, what.number});
}

void exchange::hear_answer(int from, note what) {
  const auto mine = calls_.find(what.number);
  expects(mine != calls_.end());
  if (what.what == note::kind::welcome)
    mine->second.welcome = add(dialled(from, what.number));
  mine->second.answered = true;
  if (!mine->second.hung_up)
    return;
  if (mine->second.welcome)
    mine->second.welcome->close();
  calls_.erase(mine);
}

std::shared_ptr<channel> exchange::add(channel_route route) {
  auto one = std::make_shared<channel>(polls_, route);
  channels_.push_back(one);
  start(keep(one));
  return one;
}

asio::awaitable<void> exchange::keep(std::shared_ptr<channel> one) {
  co_await one->last();
  std::erase(channels_, one);
}

void exchange::tell(int rank, note what) { start(send(rank, what)); }

asio::awaitable<void> exchange::send(int rank, note what) {
  departures out{polls_->ranks()};
  out.send(std::as_bytes(std::span{&what, 1}), rank, note_tag, false);
  co_await polls_->until_surely(out);
}

void exchange::start(asio::awaitable<void> what) {
  ++coroutines_;
  asio::co_spawn(polls_->where(), run(shared_from_this(), std::move(what)), asio::detached);
}

asio::awaitable<void> exchange::run(std::shared_ptr<exchange> self, asio::awaitable<void> what) {
  co_await std::move(what);
  --self->coroutines_;
  self->polls_->wake();
}

asio::awaitable<void> exchange::close() {
  const auto self = shared_from_this();
  if (closed_)
    co_return;
  shut();
  when alone{[this] { return channels_.empty() && calls_.empty() && coroutines_ == 1; }};
  co_await polls_->until_surely(alone);
  MPI_Request all_are = MPI_REQUEST_NULL;
  MPI_Ibarrier(polls_->ranks(), &all_are);
  completion all{all_are};
  co_await polls_->until_surely(all);
  closed_ = true;
  when left{[this] { return coroutines_ == 0; }};
  co_await polls_->until_surely(left);
}

void exchange::abandon() {
  shut();
  closed_ = true;
}

void exchange::shut() {
  closing_ = true;
  stop_listening();
  for (const auto& one : channels_)
    one->close();
}

}  // namespace echelon::net
