#include "net/link/hub_core.hpp"

#include <algorithm>
#include <limits>

#include "algorithms/base/contract.hpp"

namespace echelon::net {
namespace {

constexpr std::size_t pending_bytes_default = std::size_t{4} << 30;

}  // namespace

hub::core::core(asio::any_io_executor where, clock& clock_used, transport& transport_used,
                hub_settings given)
    : time(clock_used), carrier(transport_used), settings(std::move(given)),
      tasks(std::make_shared<scope>(std::move(where))), limited_log(time, settings.log),
      link_gone(tasks->executor()), jitter(settings.seed, "redial jitter", settings.incarnation) {
  expects(legal_name(settings.name) && settings.peer_timeout > nanoseconds{0});
  if (settings.pending_bytes_max == 0)
    settings.pending_bytes_max = pending_bytes_default;
}

std::shared_ptr<live_link> hub::core::make_link(const std::string& peer, std::uint64_t incarnation,
                                                std::uint64_t id) {
  auto made = std::make_shared<live_link>(
      shared_from_this(), tasks, time,
      link_facts{.peer = peer,
                 .incarnation = incarnation,
                 .id = id,
                 .peer_timeout = settings.peer_timeout,
                 .pending_bytes_max = settings.pending_bytes_max});
  links.add(made);
  made->start();
  return made;
}

void hub::core::over(const live_link& which) {
  links.remove(which);
  link_gone.ring();
}

void hub::core::cut(const std::shared_ptr<live_link>& which) {
  if (!closing && !which->redial_to.empty() && !std::exchange(which->redialling, true))
    tasks->spawn(redial(shared_from_this(), which));
}

/// None before the first try; then from a six-hundredth of the peer timeout, twice as long each
/// time up to an eighth, of which a random half is taken off: those who lost the same peer at the
/// same moment do not come back at the same moment.
nanoseconds hub::core::pause_before(int tries) {
  if (tries == 0)
    return nanoseconds{0};
  const nanoseconds longest = settings.peer_timeout / 8;
  const nanoseconds doubled = settings.peer_timeout / 600 *
                              (std::int64_t{1} << std::min(tries - 1, 20));
  return to_nanoseconds(to_seconds(std::min(longest, doubled)) * jitter.uniform(0.5, 1.0));
}

// ---------------------------------------------------------------- dialling

asio::awaitable<void> hub::core::dial(std::shared_ptr<core> self, std::shared_ptr<dialling> what) {
  for (int tries = 0;; ++tries) {
    if (auto known = self->links.find(what->expected); known && !known->closing()) {
      what->outcome = std::move(known);
      co_return;
    }
    const nanoseconds now = self->time.now();
    const nanoseconds pause = self->pause_before(tries);
    if (tries > 0 && (what->hopeless || now + pause >= what->give_up))
      co_return;
    co_await self->time.sleep_until(now + pause);
    const nanoseconds due = std::min(self->time.now() + self->patience(), what->give_up);
    what->outcome = fail(errc::timed_out, "{} did not answer in time", what->where);
    co_await self->tasks->ends_by(self->time, due, attempt(self, what));
    if (what->outcome || self->closing)
      co_return;
  }
}

asio::awaitable<void> hub::core::redial(std::shared_ptr<core> self,
                                        std::shared_ptr<live_link> which) {
  const auto what = std::make_shared<dialling>();
  what->where = which->redial_to;
  what->expected = which->peer();
  what->resumed = which;
  for (int tries = which->stream_was_of_use() ? 0 : 1; self->needs_stream(*which); ++tries) {
    const nanoseconds begin = self->time.now() + self->pause_before(tries);
    co_await self->time.sleep_until(begin);
    if (!self->needs_stream(*which))
      break;
    what->outcome = fail(errc::timed_out, "{} did not answer in time", what->where);
    co_await self->tasks->ends_by(self->time, begin + self->patience(), attempt(self, what));
    if (!what->outcome && what->hopeless)
      which->end(what->outcome.error());
  }
  which->redialling = false;
}

asio::awaitable<void> hub::core::attempt(std::shared_ptr<core> self,
                                         std::shared_ptr<dialling> what) {
  result<std::unique_ptr<stream>> dialled = co_await self->carrier.dial(what->where);
  if (!dialled) {
    what->hopeless = dialled.error().code == errc::bad_input;
    what->outcome = pass_on(std::move(dialled));
    co_return;
  }
  const std::shared_ptr<stream> bytes = std::move(*dialled);
  result<void> done = co_await bytes->open();
  if (done) {
    std::vector<std::byte> said = encode(self->introduce(*what));
    done = co_await write_greeting(*bytes, frame_kind::hello, std::move(said));
  }
  if (!done) {
    what->outcome = pass_on(std::move(done));
    co_return;
  }
  result<greeting> come = co_await read_greeting(*bytes);
  if (come)
    what->outcome = self->understand(*what, *come, bytes);
  else
    what->outcome = fail(errc::unreachable, "{}: {}", what->where, come.error().detail);
}

hello hub::core::introduce(const dialling& what) {
  hello said;
  said.name = settings.name;
  said.expected = what.expected;
  said.incarnation = settings.incarnation;
  said.attempt = ++hellos;
  said.over = what.over;
  if (what.resumed) {
    said.link = what.resumed->id();
    said.stream = what.resumed->try_stream();
    said.received = what.resumed->received();
  } else {
    const std::uint64_t drawn = hash_combine(settings.incarnation, hellos);
    said.link = std::max<std::uint64_t>(drawn, 1);
  }
  return said;
}

result<std::shared_ptr<live_link>> hub::core::understand(dialling& what, const greeting& come,
                                                         const std::shared_ptr<stream>& bytes) {
  if (come.header.kind == frame_kind::refuse) {
    ECHELON_TRY(const refusal said, decode_refusal(come.payload));
    return refused(what, said);
  }
  if (come.header.kind != frame_kind::welcome)
    return fail(errc::unreachable, "{} answered a hello with another", what.where);
  ECHELON_TRY(const welcome said, decode_welcome(come.payload));
  const auto proven = bytes->proven_name();
  const std::string& wanted = what.expected.empty() ? said.name : what.expected;
  what.hopeless = true;
  if (said.name != wanted || (proven && *proven != said.name))
    return fail(errc::unreachable, "{} is {}, not {}", what.where, said.name,
                proven && said.name == wanted ? *proven : wanted);
  if (said.name == settings.name)
    return fail(errc::unreachable, "{} is myself", what.where);
  what.hopeless = false;
  return welcomed(what, said, bytes);
}

result<std::shared_ptr<live_link>> hub::core::refused(dialling& what, const refusal& come) {
  what.hopeless = what.resumed != nullptr || come.kind == refusal_kind::stranger ||
                  come.kind == refusal_kind::wrong_peer;
  if (come.kind == refusal_kind::outdated || come.kind == refusal_kind::busy)
    what.hopeless = false;
  if (come.kind == refusal_kind::outdated && what.resumed)
    what.resumed->try_above(come.stream);
  if (come.kind == refusal_kind::already_linked && !what.resumed) {
    const auto held = links.find(come.name);
    const bool wanted = what.expected.empty() || what.expected == come.name;
    if (held && held->id() == come.link && wanted)
      return held;
    what.over = come.link;
  }
  return fail(errc::unreachable, "{} refused: {}", what.where, come.reason);
}

result<std::shared_ptr<live_link>> hub::core::welcomed(dialling& what, const welcome& come,
                                                       const std::shared_ptr<stream>& bytes) {
  if (!what.resumed)
    return welcomed_anew(what, come, bytes);
  live_link& link = *what.resumed;
  if (link.over() || link.closing() || link.incarnation() != come.incarnation ||
      link.id() != come.link)
    return fail(errc::unreachable, "{} goes on with another link", come.name);
  return move_over(what.resumed, come, bytes);
}

/// Where the link has found the same place on another stream meanwhile, the lesser name's stays.
result<std::shared_ptr<live_link>> hub::core::move_over(const std::shared_ptr<live_link>& which,
                                                        const welcome& come,
                                                        const std::shared_ptr<stream>& bytes) {
  const bool met = which->attached() && which->stream_number() >= come.stream;
  if (!met || (which->stream_number() == come.stream && settings.name < come.name)) {
    which->rename(come.link);
    ECHELON_CHECK(which->attach(bytes, come.stream, come.received, std::nullopt));
  }
  return which;
}

result<std::shared_ptr<live_link>> hub::core::welcomed_anew(const dialling& what,
                                                            const welcome& come,
                                                            const std::shared_ptr<stream>& bytes) {
  auto held = links.find(come.name);
  if (held && (held->incarnation() > come.incarnation || held->closing()))
    return fail(errc::unreachable, "{} has begun anew", come.name);
  if (held && held->incarnation() < come.incarnation) {
    held->end({errc::unreachable, fmt::format("{} has begun anew", come.name)});
    held = nullptr;
  }
  if (held) {
    held->redial_to = what.where;
    return move_over(held, come, bytes);
  }
  held = make_link(come.name, come.incarnation, come.link);
  held->redial_to = what.where;
  ECHELON_CHECK(held->attach(bytes, come.stream, come.received, std::nullopt));
  return held;
}

}  // namespace echelon::net
