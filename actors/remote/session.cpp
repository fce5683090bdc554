#include "actors/remote/session.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>

#include "actors/remote/proxy.hpp"

namespace echelon::remote {
namespace {

/// About 36 years: what is beyond is no time of a clock, and would overflow.
constexpr std::int64_t clock_max_ns = std::int64_t{1} << 60;

bool carries_values(frame_kind kind) {
  return kind == frame_kind::plain || kind == frame_kind::ask || kind == frame_kind::answer;
}

template <class Frame>
bool read_all(bounded_reader& from, Frame& into) {
  return from(into) && from.complete();
}

}  // namespace

session::session(const session_home& home, std::uint64_t number, std::shared_ptr<net::link> link)
    : home_(home), line_{.system = home.system,
                         .loop = home.loop,
                         .settings = home.settings,
                         .link = std::move(link),
                         .ear = ear::make(home.system, home.into, number),
                         .complain = home.complain,
                         .counts = {}},
      near_(line_, home.into, number), far_(line_, home.known) {
  line_.link->read_with(this);
}

session::~session() { line_.link->read_with(nullptr); }

caf::strong_actor_ptr session::bind(const std::string& name, const interface& expected) {
  return near_.bind(name, expected);
}

void session::close(const error& why) {
  near_.close({static_cast<std::uint8_t>(caf::exit_reason::remote_link_unreachable),
               caf::atom("exit"), caf::make_message(why.detail)});
  far_.close();
  doomed_ = why;
  if (!closed_)
    line_.link->close(why.detail);
}

peer_counts session::counts() const {
  peer_counts all = line_.counts;
  all.asked = near_.open();
  all.answering = far_.open();
  all.waiting = *line_.waiting;
  all.landed_bytes = *line_.landed;
  all.link = line_.link->counts();
  return all;
}

void session::take(inbox_item item) {
  if (item.proxy)
    near_.forward(std::move(item));
  else
    hear(*item.what);
}

void session::hear(const caf::mailbox_element& what) {
  const caf::type_erased_tuple& content = what.content();
  if (what.mid.is_response())
    far_.on_response(what);
  else if (content.match_elements<caf::down_msg>())
    far_.on_down(content.get_as<caf::down_msg>(0));
  else if (content.match_elements<caf::timeout_msg>()) {
    const auto& timer = content.get_as<caf::timeout_msg>(0);
    timer.type == near_side::timers ? near_.on_timer(timer.timeout_id)
                                    : far_.on_timer(timer.timeout_id);
  }
}

bool session::read_head(bounded_reader& from, reading& into) const {
  const auto is_time = [](std::int64_t ns) { return ns >= 0 && ns <= clock_max_ns; };
  if (!from(into.prefix) || !is_time(into.prefix.sent_ns))
    return false;
  switch (into.prefix.kind) {
    case frame_kind::plain: {
      plain_frame head;
      if (!from(head))
        return false;
      into.ask.number = head.number;
      into.ask.key = head.key;
      break;
    }
    case frame_kind::ask:
      if (!from(into.ask) || !is_time(into.ask.remaining_ns))
        return false;
      break;
    case frame_kind::answer: {
      answer_frame head;
      if (!from(head))
        return false;
      into.ask.ask = head.ask;
      into.kind = near_.asked(head.ask);
      into.values = into.kind == nullptr ? nullptr : &into.kind->output;
      return true;
    }
    default: return true;
  }
  into.kind = far_.expected(into.ask.number, into.ask.key);
  into.values = into.kind == nullptr ? nullptr : &into.kind->input;
  into.actor = far_.name_of(into.ask.number);
  return true;
}

result<void> session::room_for(const reading& head, std::span<const std::size_t> sizes) const {
  const gateway_settings& limits = line_.settings;
  if (limits.room)
    ECHELON_CHECK(limits.room({peer(), head.actor, head.kind->text, sizes}));
  else if (std::ranges::any_of(sizes, [&](auto size) { return size > limits.body_bytes_max; }))
    return fail(errc::bad_input, "{} of {} brings a value of {} bytes; at most {} are allowed",
                head.kind->text, peer(), std::ranges::max(sizes), limits.body_bytes_max);
  std::size_t free = limits.landed_bytes_max -
                     std::min<std::size_t>(*line_.landed, limits.landed_bytes_max);
  for (const std::size_t size : sizes) {
    if (size > free)
      return fail(errc::bad_input, "{} holds {} bytes of {}'s large values already; at most {}",
                  "this process", line_.landed->load(), peer(), limits.landed_bytes_max);
    free -= size;
  }
  return {};
}

result<std::vector<net::landing>> session::make_room(std::span<const std::byte> head,
                                                     std::span<const std::size_t> sizes) {
  bounded_reader from{head, sizes};
  reading seen;
  caf::message nothing;
  const bool well = read_head(from, seen) && carries_values(seen.prefix.kind);
  if (well && seen.values == nullptr) {
    not_expected(seen);
    return fail(errc::bad_input, "nobody here expects that message");
  }
  if (!well || !seen.values->read(from, nothing) || !from.complete()) {
    breach(from.problem());
    return fail(errc::bad_input, "a message breaks the protocol");
  }
  if (auto room = room_for(seen, sizes); !room) {
    line_.refuse(room.error().detail);
    if (seen.prefix.kind == frame_kind::ask)
      far_.fail_ask(seen.ask.ask, caf::sec::invalid_argument, room.error().detail);
    else if (seen.prefix.kind == frame_kind::answer)
      near_.on_failure({seen.ask.ask,
                        to_wire(caf::make_error(caf::sec::invalid_argument, room.error().detail))});
    return pass_on(std::move(room));
  }
  std::vector<net::landing> landings;
  for (const std::size_t size : sizes)
    landings.push_back(home_.memory->take(size, line_.landed));
  return landings;
}

void session::on_message(std::span<const std::byte> head, std::vector<net::body> bodies) {
  if (doomed_)
    return;
  const std::size_t bytes = std::accumulate(
      bodies.begin(), bodies.end(), head.size(),
      [](std::size_t sum, const net::body& each) { return sum + each.size; });
  ++line_.counts.messages_received;
  line_.counts.bytes_received += static_cast<std::int64_t>(bytes);
  if (line_.settings.on_arrival)
    line_.settings.on_arrival(peer(), bytes);
  if (doomed_)  // whoever was told has detached it
    return;
  bounded_reader from{head, std::move(bodies)};
  reading seen;
  if (!read_head(from, seen))
    breach(from.problem());
  else if (!carries_values(seen.prefix.kind)) {
    if (!read_control(from, seen.prefix.kind))
      breach(from.problem());
    transit_.delay(nanoseconds{seen.prefix.sent_ns}, line_.loop.now());
  } else if (seen.values == nullptr)
    not_expected(seen);
  else
    deliver(from, seen);
}

bool session::read_control(bounded_reader& from, frame_kind kind) {
  bind_frame bind;
  bound_frame bound;
  gone_frame gone;
  answer_frame forget;
  failure_frame failure;
  switch (kind) {
    case frame_kind::bind: return read_all(from, bind) && far_.on_bind(bind);
    case frame_kind::bound: return read_all(from, bound) && near_.on_bound(bound);
    case frame_kind::gone: return read_all(from, gone) && near_.on_gone(gone);
    case frame_kind::ending: return read_all(from, gone) && far_.on_ending(gone);
    case frame_kind::forget: return read_all(from, forget) && (far_.on_forget(forget), true);
    case frame_kind::failure: return read_all(from, failure) && (near_.on_failure(failure), true);
    default: return false;
  }
}

void session::deliver(bounded_reader& from, const reading& head) {
  caf::message what;
  if (!head.values->read(from, what) || !from.complete())
    return breach(from.problem());
  const nanoseconds on_the_way = transit_.delay(nanoseconds{head.prefix.sent_ns}, line_.loop.now());
  if (head.prefix.kind == frame_kind::answer)
    return near_.on_answer(head.ask.ask, std::move(what));
  if (is_flooded()) {
    const std::string why = fmt::format("{} messages of {} wait already", line_.waiting->load(),
                                        peer());
    line_.refuse(why);
    if (head.prefix.kind == frame_kind::ask)
      far_.fail_ask(head.ask.ask, caf::sec::unavailable_or_would_block, why);
  } else if (head.prefix.kind == frame_kind::plain) {
    far_.on_plain(head.ask.number, std::move(what));
  } else if (!far_.on_ask(head.ask, *head.kind, on_the_way, std::move(what))) {
    breach("uses the number of a request twice");
  }
}

void session::not_expected(const reading& head) {
  if (head.prefix.kind == frame_kind::answer) {
    ++line_.counts.stale;
    return;
  }
  const std::string why = head.actor.empty()
                              ? fmt::format("{} sends to an actor that it is not bound to", peer())
                              : fmt::format("{} sends '{}' what it does not take", peer(),
                                            head.actor);
  line_.refuse(why);
  if (head.prefix.kind == frame_kind::ask)
    far_.fail_ask(head.ask.ask, caf::sec::request_receiver_down, why);
}

bool session::is_flooded() const { return line_.waiting->load() >= line_.settings.waiting_max; }

void session::breach(const char* what) {
  line_.complain(fmt::format("{} breaks the protocol: a message {}", peer(),
                             what == nullptr ? "makes no sense" : what));
  if (++line_.counts.malformed >= line_.settings.breaches_max && !doomed_) {
    doomed_ = error{errc::bad_input, fmt::format("{} breaks the protocol", peer())};
    home_.into->wake();
  }
}

void session::on_health(net::health now) {
  if (line_.settings.on_health)
    line_.settings.on_health(peer(), now);
}

void session::on_closed(const error& why) {
  closed_ = true;
  if (!doomed_)
    doomed_ = why;
  home_.into->wake();
}

}  // namespace echelon::remote
