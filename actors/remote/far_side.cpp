#include "actors/remote/far_side.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/default_attachable.hpp>
#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>

namespace echelon::remote {
namespace {

caf::actor_addr address_of(const caf::strong_actor_ptr& actor) {
  return caf::actor_cast<caf::actor_addr>(actor);
}

}  // namespace

caf::error far_side::objection(const bind_frame& what) const {
  const std::string& peer = line_.link->peer();
  if (what.protocol != protocol_version)
    return caf::make_error(caf::sec::incompatible_versions,
                           fmt::format("it speaks version {} of the protocol, {} speaks {}",
                                       what.protocol, peer, protocol_version));
  if (bindings_.size() >= line_.settings.bindings_max)
    return caf::make_error(caf::sec::remote_lookup_failed,
                           fmt::format("{} is bound to {} names already", peer, bindings_.size()));
  const auto found = known_.find(what.name);
  const auto& allowed = found == known_.end() ? std::vector<std::string>{}
                                              : found->second.allowed.peers;
  if (found == known_.end() || (!allowed.empty() && std::ranges::count(allowed, peer) == 0))
    return caf::make_error(caf::sec::remote_lookup_failed,
                           fmt::format("no actor '{}' is published for {}", what.name, peer));
  for (std::size_t position = 0; position < what.keys.size(); ++position)
    if (found->second.offered->find(what.keys[position]) == nullptr)
      return caf::make_error(
          caf::sec::unexpected_actor_messaging_interface,
          fmt::format("'{}' takes no message number {} of the interface that {} expects", what.name,
                      position + 1, peer));
  return {};
}

bool far_side::on_bind(const bind_frame& what) {
  if (what.number <= last_number_ || what.name.size() > name_bytes_max ||
      what.keys.size() > clauses_max)
    return false;
  last_number_ = what.number;
  if (const caf::error why = objection(what)) {
    line_.refuse(to_wire(why).text);
    say_gone(what.number, why);
    return true;
  }
  const publication& to = known_.find(what.name)->second;
  bindings_[what.number] = {what.name, to};
  gather frame = line_.begin(frame_kind::bound);
  frame(bound_frame{what.number});
  send(std::move(frame));
  // An actor that is dead already says so to the ear at once.
  to.target->get()->attach(
      caf::default_attachable::make_monitor(address_of(to.target), address_of(line_.ear)));
  return true;
}

const clause* far_side::expected(std::uint32_t number, std::uint64_t key) const {
  const auto found = bindings_.find(number);
  return found == bindings_.end() ? nullptr : found->second.to.offered->find(key);
}

std::string_view far_side::name_of(std::uint32_t number) const {
  const auto found = bindings_.find(number);
  return found == bindings_.end() ? std::string_view{} : found->second.name;
}

void far_side::on_plain(std::uint32_t number, caf::message what) {
  const caf::strong_actor_ptr& target = bindings_.at(number).to.target;
  // Nobody is the sender: what a handler returns goes nowhere.
  target->enqueue(make_counted(nullptr, caf::make_message_id(), std::move(what), line_.waiting),
                  nullptr);
}

bool far_side::on_ask(const ask_frame& head, const clause& known, nanoseconds on_the_way,
                      caf::message what) {
  if (head.ask <= last_ask_)
    return false;
  last_ask_ = head.ask;
  const nanoseconds remaining = nanoseconds{head.remaining_ns} - on_the_way;
  if (remaining <= nanoseconds{0}) {
    ++line_.counts.stale;
    fail_ask(head.ask, caf::sec::request_timeout, "its deadline had passed when it came");
    return true;
  }
  if (asks_.size() >= line_.settings.asks_max) {
    const std::string why = fmt::format("{} waits for {} answers already", line_.link->peer(),
                                        asks_.size());
    line_.refuse(why);
    fail_ask(head.ask, caf::sec::unavailable_or_would_block, why);
    return true;
  }
  const std::uint64_t ticket = ++last_ticket_;
  const nanoseconds due = line_.loop.now() + std::min(remaining, line_.settings.ask_time_max);
  asks_[ticket] = {head.ask, head.number, &known, line_.set_timer(due, timers, ticket)};
  bindings_.at(head.number)
      .to.target->enqueue(
          make_counted(line_.ear, caf::make_message_id(ticket), std::move(what), line_.waiting),
          nullptr);
  return true;
}

bool far_side::on_ending(const gone_frame& what) {
  const auto found = bindings_.find(what.number);
  if (found == bindings_.end())
    return what.number != 0 && what.number <= last_number_;
  if (!found->second.to.allowed.may_end) {
    line_.refuse(fmt::format("{} may not end '{}'", line_.link->peer(), found->second.name));
    return true;
  }
  caf::error reason = what.reason.code == 0 ? caf::error{} : from_wire(what.reason);
  found->second.to.target->enqueue(
      nullptr, caf::make_message_id(caf::message_priority::high),
      caf::make_message(caf::exit_msg{address_of(line_.ear), std::move(reason)}), nullptr);
  return true;
}

void far_side::on_forget(const answer_frame& what) {
  const auto found = std::ranges::find_if(
      asks_, [&what](const auto& each) { return each.second.ask == what.ask; });
  if (found != asks_.end())
    take(found);
}

far_side::tickets::node_type far_side::take(tickets::iterator which) {
  line_.loop.cancel(which->second.timer);
  return asks_.extract(which);
}

void far_side::fail_ask(std::uint64_t ask, caf::sec code, const std::string& why) {
  gather frame = line_.begin(frame_kind::failure);
  frame(failure_frame{ask, to_wire(caf::make_error(code, why))});
  send(std::move(frame));
}

void far_side::on_response(const caf::mailbox_element& what) {
  const auto found = asks_.find(what.mid.request_id().integer_value());
  if (found == asks_.end()) {
    ++line_.counts.stale;
    return;
  }
  const open_ask open = take(found).mapped();
  const caf::type_erased_tuple& content = what.content();
  if (content.match_elements<caf::error>()) {
    gather frame = line_.begin(frame_kind::failure);
    frame(failure_frame{open.ask, to_wire(content.get_as<caf::error>(0))});
    return send(std::move(frame));
  }
  if (open.kind->answers && !open.kind->output.fits(content))
    return fail_ask(open.ask, caf::sec::unexpected_response, content.stringify());
  gather frame = line_.begin(frame_kind::answer);
  frame(answer_frame{open.ask});
  if (open.kind->answers)
    open.kind->output.write(content, frame);
  if (const auto sent = line_.send(frame); !sent) {
    line_.refuse(sent.error().detail);
    fail_ask(open.ask, caf::sec::runtime_error, sent.error().detail);
  }
}

void far_side::on_down(const caf::down_msg& what) {
  std::vector<std::uint32_t> ended;
  for (const auto& [number, each] : bindings_)
    if (address_of(each.to.target) == what.source)
      ended.push_back(number);
  for (const std::uint32_t number : ended)
    end(number, what.reason);
}

void far_side::on_timer(std::uint64_t ticket) {
  if (const auto found = asks_.find(ticket); found != asks_.end())
    asks_.erase(found);  // the caller knows: its own timer was not later
}

void far_side::withdraw(const std::string& name) {
  std::vector<std::uint32_t> ended;
  for (const auto& [number, each] : bindings_)
    if (each.name == name)
      ended.push_back(number);
  for (const std::uint32_t number : ended) {
    stop_watching(bindings_.at(number));
    end(number, caf::make_error(caf::sec::remote_lookup_failed,
                                fmt::format("'{}' is published no longer", name)));
  }
}

void far_side::end(std::uint32_t number, const caf::error& reason) {
  for (auto each = asks_.begin(); each != asks_.end();) {
    const auto open = each++;
    if (open->second.number == number)
      fail_ask(take(open).mapped().ask, caf::sec::request_receiver_down, "it has ended");
  }
  say_gone(number, reason);
  bindings_.erase(number);
}

void far_side::say_gone(std::uint32_t number, const caf::error& reason) {
  gather frame = line_.begin(frame_kind::gone);
  frame(gone_frame{number, to_wire(reason)});
  send(std::move(frame));
}

void far_side::send(gather frame) {
  if (const auto sent = line_.send(frame); !sent)
    line_.refuse(sent.error().detail);
}

void far_side::stop_watching(const binding& what) {
  const caf::default_attachable::observe_token watch{address_of(line_.ear),
                                                     caf::default_attachable::monitor};
  what.to.target->get()->detach(watch);
}

void far_side::close() {
  while (!asks_.empty())
    take(asks_.begin());
  for (const auto& [number, each] : bindings_)
    stop_watching(each);
  bindings_.clear();
}

}  // namespace echelon::remote
