// How a hub lets others in.
#include "net/link/hub_core.hpp"

namespace echelon::net {
namespace {

constexpr nanoseconds pause_after_failed_accept = std::chrono::milliseconds{100};

refusal refuse(refusal_kind kind, std::string reason) {
  return {.kind = kind, .link = 0, .stream = 0, .name = {}, .reason = std::move(reason)};
}

/// One of the streams that have not said who they are.
struct counted {
  explicit counted(std::size_t& where) : count(where) { ++count; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --count; }
  std::size_t& count;
};

}  // namespace

asio::awaitable<void> hub::core::accept_loop(std::shared_ptr<core> self,
                                             std::shared_ptr<listener> door) {
  while (!self->closing) {
    result<std::unique_ptr<stream>> came = co_await door->accept();
    if (self->closing)
      co_return;
    if (!came) {
      self->log(fmt::format("{} let nobody in: {}", door->address(), came.error().detail));
      co_await self->time.sleep_until(self->time.now() + pause_after_failed_accept);
    } else if (self->handshakes >= self->settings.handshakes_max) {
      self->log(fmt::format("{} was turned away: {} others have not said who they are",
                            (*came)->remote(), self->handshakes));
    } else {
      std::shared_ptr<stream> bytes = std::move(*came);
      self->tasks->spawn(receive(self, std::move(bytes)));
    }
  }
}

asio::awaitable<void> hub::core::receive(std::shared_ptr<core> self,
                                         std::shared_ptr<stream> bytes) {
  const counted one{self->handshakes};
  const auto complaint = std::make_shared<std::string>();
  const nanoseconds due = self->time.now() + self->patience();
  const bool ended = co_await self->tasks->ends_by(self->time, due, greet(self, bytes, complaint));
  if (!ended)
    bytes->close();
  if (!ended || !complaint->empty())
    self->log(fmt::format("{} was refused: {}", bytes->remote(),
                          ended ? *complaint : "it did not say who it is in time"));
}

asio::awaitable<void> hub::core::greet(std::shared_ptr<core> self, std::shared_ptr<stream> bytes,
                                       std::shared_ptr<std::string> complaint) {
  const result<hello> said = co_await hear_hello(self, bytes);
  if (!said) {
    *complaint = said.error().detail;
  } else if (const std::optional<refusal> no = self->answer(*said, bytes)) {
    *complaint = no->reason;
    std::vector<std::byte> reply = encode(*no);
    co_await write_greeting(*bytes, frame_kind::refuse, std::move(reply));
  }
}

/// Who has proved to be somebody not admitted is not even listened to.
asio::awaitable<result<hello>> hub::core::hear_hello(std::shared_ptr<core> self,
                                                     std::shared_ptr<stream> bytes) {
  result<void> opened = co_await bytes->open();
  if (!opened)
    co_return pass_on(std::move(opened));
  const auto proven = bytes->proven_name();
  if (proven && self->settings.admits && !self->settings.admits(*proven))
    co_return fail(errc::unreachable, "{} is not admitted", printable(*proven));
  result<greeting> come = co_await read_greeting(*bytes);
  if (!come)
    co_return pass_on(std::move(come));
  if (come->header.kind != frame_kind::hello)
    co_return fail(errc::bad_input, "it did not begin with a hello");
  co_return decode_hello(come->payload);
}

std::optional<refusal> hub::core::answer(const hello& from, const std::shared_ptr<stream>& bytes) {
  if (auto no = objection(from, *bytes))
    return no;
  if (const auto fresh = links.admit(from); !fresh)
    return refuse(refusal_kind::outdated, fmt::format("{}: {}", from.name, fresh.error().detail));
  if (const auto held = links.find(from.name); held && held->incarnation() != from.incarnation)
    held->end({errc::unreachable, fmt::format("{} has begun anew", from.name)});
  return from.stream > 0 ? resume(from, bytes) : begin(from, bytes);
}

/// Whether it may come in at all.
std::optional<refusal> hub::core::objection(const hello& from, const stream& bytes) const {
  const auto proven = bytes.proven_name();
  if (proven && *proven != from.name)
    return refuse(refusal_kind::stranger,
                  fmt::format("{} says it is {}", printable(*proven), from.name));
  if (from.name == settings.name)
    return refuse(refusal_kind::stranger, fmt::format("{} is my own name", from.name));
  if (settings.admits && !settings.admits(from.name))
    return refuse(refusal_kind::stranger, fmt::format("{} is not admitted", from.name));
  if (!from.expected.empty() && from.expected != settings.name)
    return refuse(refusal_kind::wrong_peer, fmt::format("{} looks for {}; this is {}", from.name,
                                                        from.expected, settings.name));
  return std::nullopt;
}

std::optional<refusal> hub::core::resume(const hello& from, const std::shared_ptr<stream>& bytes) {
  const auto held = links.find(from.name);
  if (!held || held->closing() || held->id() != from.link)
    return refuse(refusal_kind::unknown_link,
                  fmt::format("{}: the link to go on with is over", from.name));
  if (!held->takes_stream(from.stream)) {
    refusal no = refuse(refusal_kind::outdated,
                        fmt::format("{}: that stream has been replaced", from.name));
    no.stream = held->highest_stream();
    return no;
  }
  if (!let_in(held, from, bytes))
    return refuse(refusal_kind::unknown_link, fmt::format("{}: the link cannot go on", from.name));
  return std::nullopt;
}

std::optional<refusal> hub::core::begin(const hello& from, const std::shared_ptr<stream>& bytes) {
  if (const auto held = links.find(from.name)) {
    if (!held->closing() && held->id() != from.over)
      return refusal{.kind = refusal_kind::already_linked,
                     .link = held->id(),
                     .stream = 0,
                     .name = settings.name,
                     .reason = fmt::format("{}: a link is there already", from.name)};
    held->end({errc::unreachable, fmt::format("{} has begun a new link", from.name)});
  }
  const auto made = make_link(from.name, from.incarnation, from.link);
  if (let_in(made, from, bytes) && welcome_user)
    welcome_user(made->handle());
  else
    made->close("nobody takes links here");
  return std::nullopt;
}

/// The welcome goes first on the stream, with whatever the link has to say behind it.
bool hub::core::let_in(const std::shared_ptr<live_link>& which, const hello& from,
                       const std::shared_ptr<stream>& bytes) {
  const welcome said{.name = settings.name,
                     .incarnation = settings.incarnation,
                     .link = from.link,
                     .stream = from.stream,
                     .received = which->received()};
  return which->attach(bytes, from.stream, from.received, encode(said)).has_value();
}

}  // namespace echelon::net
