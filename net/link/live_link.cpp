#include "net/link/live_link.hpp"

#include <cstring>
#include <utility>

#include <asio/post.hpp>

#include "algorithms/base/contract.hpp"

namespace echelon::net {
namespace {

/// Read at once where frames are short: a header and the payload of most control frames.
constexpr std::size_t ahead_bytes = 4096;
constexpr nanoseconds parting_max = std::chrono::seconds{1};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

frame_header header_of(frame_kind kind, std::span<const std::byte> payload) {
  return {.kind = kind,
          .length = static_cast<std::uint32_t>(payload.size()),
          .payload_checksum = checksum(payload)};
}

}  // namespace

/// One stream, and what is under way on it.
struct live_link::carriage {
  carriage(std::shared_ptr<stream> over, frame_consumer& to, const asio::any_io_executor& where)
      : bytes(std::move(over)), frames(to), woken(where) {}

  std::shared_ptr<stream> bytes;
  frame_assembler frames;
  std::array<std::byte, ahead_bytes> ahead;
  std::span<std::byte> unread;  ///< the part of `ahead` that is not digested
  bool direct = false;          ///< the last read went where the frame wanted it
  batch out;
  bell woken;
  std::vector<std::byte> greeting;  ///< written first, then empty
  std::vector<std::byte> parting;
  bool parted = false;
};

live_link::live_link(std::shared_ptr<link_owner> owner, std::shared_ptr<scope> tasks, clock& time,
                     link_facts facts)
    : owner_(std::move(owner)), tasks_(std::move(tasks)), time_(time), facts_(std::move(facts)),
      reader_came_(tasks_->executor()),
      talk_(time,
            [this](const std::string& what) {
              owner_->log(fmt::format("{}: {}", facts_.peer, what));
            }),
      liveness_(facts_.peer_timeout, time.now()) {}

live_link::~live_link() = default;

std::shared_ptr<link> live_link::handle() {
  if (auto held = handle_.lock())
    return held;
  // The deleter lives as long as `handle_`, a part of this: it must let go of this when it has run.
  std::shared_ptr<link> made{
      this, [self = shared_from_this()](link*) mutable {
        std::exchange(self, nullptr)->close("nobody there needs it any more");
      }};
  handle_ = made;
  return made;
}

void live_link::start() { watch_ = tasks_->spawn(watch_loop(shared_from_this())); }

// ---------------------------------------------------------------- the user's calls

result<void> live_link::send(message what) {
  if (what.head.size() > head_bytes_max || what.bodies.size() > bodies_max)
    return fail(errc::bad_input,
                "a message to {} of {} head bytes and {} bodies; at most {} and {}", facts_.peer,
                what.head.size(), what.bodies.size(), head_bytes_max, bodies_max);
  if (over_ || closing())
    return fail(errc::unreachable, "the link to {} is closed", facts_.peer);
  std::size_t size = frame_header_bytes + what.head.size();
  for (const body& each : what.bodies)
    size += each.size;
  const auto pending = static_cast<std::size_t>(counts().bytes_pending);
  if (size > facts_.pending_bytes_max - std::min(pending, facts_.pending_bytes_max))
    return fail(errc::unreachable, "{} bytes to {} are pending, and {} more are beyond {}", pending,
                facts_.peer, size, facts_.pending_bytes_max);
  talk_.send(std::move(what));
  wake();
  return {};
}

void live_link::read_with(link_reader* reader) {
  talk_.read_with(reader);
  reader_came_.ring();
  deliver_end();
}

void live_link::close(std::string why) {
  talk_.read_with(nullptr);
  reader_came_.ring();
  ended_.reset();
  if (over_ || closing())
    return;
  why.resize(std::min(why.size(), reason_bytes_max));
  goodbye_ = std::move(why);
  if (!attached())
    return end({errc::unreachable, "closed here"});
  wake();
  tasks_->spawn(part(shared_from_this()));
}

link_counts live_link::counts() const {
  link_counts now = counts_;
  now.bytes_pending = static_cast<std::int64_t>(talk_.pending_bytes());
  now.bytes_repeated = talk_.bytes_repeated();
  now.messages_refused = talk_.messages_refused();
  return now;
}

// ---------------------------------------------------------------- streams

result<void> live_link::attach(std::shared_ptr<stream> bytes, std::uint32_t number, receipts peer,
                               std::optional<std::vector<std::byte>> greeting) {
  expects(!over_);
  detach();
  if (auto possible = talk_.resume(peer); !possible) {
    possible.error().detail = fmt::format("{} asks for what cannot be: {}", facts_.peer,
                                          possible.error().detail);
    end(possible.error());
    return possible;
  }
  remote_ = bytes->remote();
  local_ = bytes->local();
  stream_number_ = number;
  stream_was_of_use_ = false;
  current_ = std::make_shared<carriage>(std::move(bytes), talk_, tasks_->executor());
  if (greeting)
    current_->greeting = *std::move(greeting);
  const auto on = current_;
  tasks_->spawn(write_loop(shared_from_this(), on));
  tasks_->spawn(read_loop(shared_from_this(), on));
  return {};
}

void live_link::detach() {
  if (const auto left = std::exchange(current_, nullptr)) {
    left->bytes->close();
    left->woken.ring();
    reader_came_.ring();
  }
}

void live_link::lose(const carriage_ptr& on, const error& why) {
  if (!carries(on))
    return;
  if (why.code == errc::bad_input)
    return end({why.code, fmt::format("{} sent nonsense: {}", facts_.peer, why.detail)});
  if (closing())
    return end(why);
  detach();
  ++counts_.cuts;
  owner_->log(fmt::format("the stream to {} was lost: {}", facts_.peer, why.detail));
  owner_->cut(shared_from_this());
}

void live_link::end(error why) {
  if (std::exchange(over_, true))
    return;
  detach();
  if (watch_)
    watch_->cancel();
  reader_came_.ring();
  if (!closing()) {
    owner_->log(fmt::format("the link to {} is over: {}", facts_.peer, why.detail));
    ended_ = std::move(why);
    deliver_end();
  }
  owner_->over(*this);
}

/// Never from within a call to the link, so that the reader may be in the middle of anything.
void live_link::deliver_end() {
  if (!ended_ || talk_.reader() == nullptr)
    return;
  asio::post(tasks_->executor(), [self = shared_from_this()] {
    link_reader* reader = self->talk_.reader();
    if (reader == nullptr || !self->ended_)
      return;
    self->talk_.read_with(nullptr);
    reader->on_closed(*std::exchange(self->ended_, std::nullopt));
  });
}

/// Gives the peer a moment to take what was said before the goodbye.
asio::awaitable<void> live_link::part(std::shared_ptr<live_link> self) {
  const nanoseconds moment = std::min(parting_max, self->facts_.peer_timeout / 3);
  co_await self->time_.sleep_until(self->time_.now() + moment);
  self->end({errc::timed_out, "closed here"});
}

void live_link::judge_peer_by(nanoseconds peer_timeout) {
  facts_.peer_timeout = peer_timeout;
  liveness_ = {peer_timeout, time_.now()};
}

// ---------------------------------------------------------------- reading

asio::awaitable<void> live_link::read_loop(std::shared_ptr<live_link> self, carriage_ptr on) {
  while (self->carries(on)) {
    const std::uint64_t rung = self->reader_came_.rings();
    if (self->paused()) {
      co_await self->reader_came_.wait(rung, self->time_, nanoseconds::max());
      continue;
    }
    if (on->unread.empty()) {
      const std::span<std::byte> wanted = on->frames.room();
      on->direct = wanted.size() >= ahead_bytes && !self->closing();
      const std::span<std::byte> into = on->direct ? wanted : std::span<std::byte>{on->ahead};
      const result<std::size_t> got = co_await on->bytes->read_some(into);
      if (!got)
        co_return self->lose(on, got.error());
      if (self->carries(on))
        self->heard(*got);
      on->unread = into.first(*got);
    } else if (self->closing()) {
      on->unread = {};  // nobody reads any more; the peer's end of the stream is awaited
    } else if (const result<void> sound = self->digest(*on); !sound) {
      self->lose(on, sound.error());
    } else {
      self->react();
    }
  }
}

/// One frame's worth of what was read.
result<void> live_link::digest(carriage& on) {
  if (std::exchange(on.direct, false))
    return on.frames.took(std::exchange(on.unread, {}).size());
  const std::span<std::byte> room = on.frames.room();
  const std::size_t count = std::min(room.size(), on.unread.size());
  std::memcpy(room.data(), on.unread.data(), count);
  on.unread = on.unread.subspan(count);
  return on.frames.took(count);
}

void live_link::heard(std::size_t bytes) {
  counts_.bytes_received += static_cast<std::int64_t>(bytes);
  stream_was_of_use_ = true;
  liveness_.heard(time_.now());
  say_health(false);
}

/// To what the last frame was.
void live_link::react() {
  if (talk_.goodbye())
    end({errc::unreachable, fmt::format("{} closed the link: {}", facts_.peer, *talk_.goodbye())});
  else if (talk_.stirred())
    wake();
}

// ---------------------------------------------------------------- writing

asio::awaitable<void> live_link::write_loop(std::shared_ptr<live_link> self, carriage_ptr on) {
  while (self->carries(on)) {
    const std::uint64_t rung = on->woken.rings();
    on->out.clear();
    self->fill(*on);
    if (on->out.empty()) {
      co_await on->woken.wait(rung, self->time_, nanoseconds::max());
      continue;
    }
    const result<void> written = co_await on->bytes->write(on->out.parts());
    if (!self->carries(on))
      co_return;
    if (!written)
      co_return self->lose(on, written.error());
    self->counts_.bytes_sent += static_cast<std::int64_t>(on->out.bytes());
  }
}

void live_link::fill(carriage& on) {
  if (!on.greeting.empty()) {
    on.parting = std::exchange(on.greeting, {});
    on.out.add(header_of(frame_kind::welcome, on.parting), on.parting);
  }
  if (closing()) {
    if (talk_.fill_control(on.out) && !std::exchange(on.parted, true))
      on.out.add(header_of(frame_kind::close, bytes_of(*goodbye_)), bytes_of(*goodbye_));
    return;
  }
  talk_.fill(on.out);
}

void live_link::wake() {
  if (current_)
    current_->woken.ring();
}

// ---------------------------------------------------------------- watching

asio::awaitable<void> live_link::watch_loop(std::shared_ptr<live_link> self) {
  while (!self->over_) {
    const nanoseconds next = self->look();
    co_await self->time_.sleep_until(next);
  }
}

nanoseconds live_link::look() {
  const nanoseconds now = time_.now();
  const bool deaf = attached() && paused();
  if (deaf)
    liveness_.heard(now);  // it is us who do not listen, and the peer should know that we live
  const liveness::verdict seen = liveness_.look(now);
  if (seen.dead)
    end({errc::timed_out, fmt::format("nothing was heard of {} for {} s", facts_.peer,
                                      to_seconds(facts_.peer_timeout).count())});
  else
    say_health(seen.suspect);
  if (seen.ping || deaf)
    talk_.ping();
  talk_.acknowledge();
  wake();
  return seen.look_again;
}

void live_link::say_health(bool suspect) {
  if (over_ || suspect == suspect_)
    return;
  suspect_ = suspect;
  if (talk_.reader() != nullptr)
    talk_.reader()->on_health(state());
}

}  // namespace echelon::net
