#include "actors/remote/near_side.hpp"

#include <algorithm>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include "actors/remote/proxy.hpp"

namespace echelon::remote {

caf::strong_actor_ptr near_side::bind(const std::string& name, const interface& expected) {
  for (const auto& [number, each] : actors_)
    if (each.name == name && each.known == &expected)
      return each.handle;
  const std::uint32_t number = ++last_number_;
  far_actor& added = actors_[number];
  added = {proxy::make(line_.system, into_, session_, number), name, &expected, false, {}};
  caf::strong_actor_ptr handle = added.handle;
  bind_frame wish{protocol_version, number, name, {}};
  for (const clause& each : expected.clauses())
    wish.keys.push_back(each.key);
  gather frame = line_.begin(frame_kind::bind);
  frame(wish);
  if (const auto sent = line_.send(frame); !sent)
    end(number, caf::make_error(caf::sec::remote_lookup_failed, sent.error().detail));
  return handle;
}

void near_side::forward(inbox_item item) {
  const std::uint32_t number = proxy::from(item.proxy)->number();
  const auto found = actors_.find(number);
  if (found == actors_.end())  // it has ended since: the proxy itself knows why
    item.proxy->enqueue(std::move(item.what), nullptr);
  else if (item.abandoned)
    forget(item);
  else if (item.what->content().match_elements<caf::exit_msg>())
    pass_on_exit(number, found->second, item);
  else
    pass_on(number, found->second, item);
}

void near_side::pass_on(std::uint32_t number, far_actor& to, inbox_item& item) {
  const caf::type_erased_tuple& content = item.what->content();
  const clause* kind = to.known->find(content);
  if (kind == nullptr) {
    const std::string why = fmt::format("{} of {} takes no {}", to.name, line_.link->peer(),
                                        content.stringify());
    line_.refuse(why);
    proxy::from(to.handle)->refuse(*item.what, caf::make_error(caf::sec::unexpected_message, why));
    return;
  }
  const bool asks = item.what->mid.is_request();
  gather frame = line_.begin(asks ? frame_kind::ask : frame_kind::plain);
  ask_frame head{number, kind->key, 0, 0};
  if (asks && !ask(number, to, item, *kind, head))
    return;
  asks ? frame(head) : frame(plain_frame{number, kind->key});
  kind->input.write(content, frame);
  if (const auto sent = send_or_hold(to, std::move(frame)); !sent) {
    line_.refuse(sent.error().detail);
    if (asks)
      answer(head.ask,
             caf::make_message(caf::make_error(caf::sec::runtime_error, sent.error().detail)));
  }
}

bool near_side::ask(std::uint32_t number, const far_actor& to, inbox_item& item, const clause& kind,
                    ask_frame& frame) {
  if (asks_.size() >= line_.settings.asks_max) {
    const std::string why = fmt::format("more than {} requests to {} wait for their answers",
                                        line_.settings.asks_max, line_.link->peer());
    line_.refuse(why);
    proxy::from(to.handle)->refuse(*item.what,
                                   caf::make_error(caf::sec::unavailable_or_would_block, why));
    return false;
  }
  const nanoseconds latest = line_.loop.now() + line_.settings.ask_time_max;
  const nanoseconds due = item.due == nanoseconds{0} ? latest : std::min(item.due, latest);
  frame.ask = ++last_ask_;
  frame.remaining_ns = (due - line_.loop.now()).count();
  asks_[frame.ask] = {item.what->sender, item.what->mid, number, &kind,
                      line_.set_timer(due, timers, frame.ask)};
  return true;
}

void near_side::pass_on_exit(std::uint32_t number, far_actor& to, const inbox_item& item) {
  gather frame = line_.begin(frame_kind::ending);
  frame(gone_frame{number, to_wire(item.what->content().get_as<caf::exit_msg>(0).reason)});
  if (const auto sent = send_or_hold(to, std::move(frame)); !sent)
    line_.refuse(sent.error().detail);
}

result<void> near_side::send_or_hold(far_actor& to, gather what) {
  if (to.bound || what.problem() != nullptr)
    return line_.send(what);
  if (to.held.size() >= line_.settings.asks_max)
    return fail(errc::timed_out, "{} has not said yet whether there is a {}", line_.link->peer(),
                to.name);
  to.held.push_back(std::move(what));
  return {};
}

bool near_side::on_bound(const bound_frame& what) {
  const auto found = actors_.find(what.number);
  if (found == actors_.end())
    return what.number <= last_number_;  // it may have ended at this side
  far_actor& to = found->second;
  if (std::exchange(to.bound, true))
    return false;
  for (gather& each : std::exchange(to.held, {}))
    if (const auto sent = line_.send(each); !sent)
      line_.refuse(sent.error().detail);  // a request's timer answers it
  return true;
}

bool near_side::on_gone(const gone_frame& what) {
  if (what.number == 0 || what.number > last_number_)
    return false;
  end(what.number, what.reason.code == 0 ? caf::error{} : from_wire(what.reason));
  return true;
}

void near_side::on_failure(const failure_frame& what) {
  if (asks_.contains(what.ask))
    answer(what.ask, caf::make_message(from_wire(what.reason)));
  else
    ++line_.counts.stale;
}

const clause* near_side::asked(std::uint64_t ask) const {
  const auto found = asks_.find(ask);
  return found == asks_.end() ? nullptr : found->second.kind;
}

void near_side::on_answer(std::uint64_t ask, caf::message what) { answer(ask, std::move(what)); }

void near_side::on_timer(std::uint64_t ask) {
  if (asks_.contains(ask))
    answer(ask, caf::make_message(caf::make_error(caf::sec::request_timeout)));
}

void near_side::answer(std::uint64_t ask, caf::message what) {
  const auto node = asks_.extract(ask);
  const open_ask& open = node.mapped();
  line_.loop.cancel(open.timer);
  const auto to = actors_.find(open.number);
  if (open.sender)
    open.sender->enqueue(to == actors_.end() ? nullptr : to->second.handle, open.mid.response_id(),
                         std::move(what), nullptr);
}

void near_side::forget(const inbox_item& item) {
  const auto found = std::ranges::find_if(asks_, [&item](const auto& each) {
    return each.second.sender == item.what->sender && each.second.mid == item.what->mid;
  });
  if (found == asks_.end())
    return;
  far_actor& to = actors_.at(found->second.number);
  gather frame = line_.begin(frame_kind::forget);
  frame(answer_frame{found->first});
  line_.loop.cancel(found->second.timer);
  asks_.erase(found);
  if (const auto sent = send_or_hold(to, std::move(frame)); !sent)
    line_.refuse(sent.error().detail);
}

void near_side::end(std::uint32_t number, const caf::error& reason) {
  const auto node = actors_.extract(number);
  if (node.empty())
    return;
  const std::string text = fmt::format("{} of {} has ended", node.mapped().name,
                                       line_.link->peer());
  const caf::error why = caf::make_error(caf::sec::request_receiver_down,
                                         reason ? to_string(reason) : text);
  std::vector<std::uint64_t> orphans;
  for (const auto& [ask, open] : asks_)
    if (open.number == number)
      orphans.push_back(ask);
  for (const std::uint64_t ask : orphans)
    answer(ask, caf::make_message(why));
  proxy::from(node.mapped().handle)->kill_proxy(nullptr, reason);
}

void near_side::close(const caf::error& why) {
  while (!actors_.empty())
    end(actors_.begin()->first, why);
}

}  // namespace echelon::remote
