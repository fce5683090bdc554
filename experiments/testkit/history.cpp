#include "experiments/testkit/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/messages.hpp"
#include "actors/peers/peer_messages.hpp"

namespace echelon::testkit {
namespace {

struct named_kind {
  std::uint8_t number;
  std::string_view name;
};

using actors::message_kind;
using actors::peer_message_kind;

template <class Kind>
constexpr named_kind named(Kind kind, std::string_view name) {
  return {static_cast<std::uint8_t>(kind), name};
}

constexpr named_kind kinds[]{
    named(message_kind::round_start, "round_start"),
    named(message_kind::coded_gradient, "coded_gradient"),
    named(message_kind::cancel_round, "cancel_round"),
    named(message_kind::work_report, "work_report"),
    named(message_kind::child_failed, "child_failed"),
    named(message_kind::assignment, "assignment"),
    named(message_kind::part_finished, "part_finished"),
    named(peer_message_kind::peer_parcel, "peer_parcel"),
    named(peer_message_kind::parcel_verdict, "parcel_verdict"),
    named(peer_message_kind::gradient_request, "gradient_request"),
    named(peer_message_kind::gradient_answer, "gradient_answer"),
    named(peer_message_kind::join_request, "join_request"),
    named(peer_message_kind::join_offer, "join_offer"),
    named(peer_message_kind::peer_joins, "peer_joins"),
    named(peer_message_kind::peer_returns, "peer_returns"),
    named(peer_message_kind::parcel_wanted, "parcel_wanted"),
};

template <class Event>
std::vector<message> matching(const std::vector<event>& events, const messages& which) {
  std::vector<message> found;
  for (const event& one : events)
    if (const auto* seen = std::get_if<Event>(&one); seen != nullptr && which.match(seen->what))
      found.push_back(seen->what);
  return found;
}

}  // namespace

const std::vector<std::string>& message_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const named_kind& one : kinds)
      all.emplace_back(one.name);
    return all;
  }();
  return names;
}

std::string_view name_of(const message& what) {
  const auto* const found = std::ranges::find(kinds, what.what.kind, &named_kind::number);
  return found == std::end(kinds) ? std::string_view{} : found->name;
}

bool messages::match(const message& what) const {
  return (kind.empty() || kind == name_of(what)) &&
         (from.empty() || from == to_string(what.from)) &&
         (to.empty() || to == to_string(what.to)) && (!round || *round == what.what.round);
}

std::string messages::text() const {
  std::string words = kind.empty() ? "message" : kind;
  if (!from.empty())
    words += " from " + from;
  if (!to.empty())
    words += " to " + to;
  if (round)
    words += fmt::format(" of round {}", *round);
  return words;
}

std::vector<message> history::sent(const messages& which) const {
  return matching<experiments::chaos::message_sent>(events, which);
}

std::vector<message> history::arrived(const messages& which) const {
  return matching<experiments::chaos::message_due>(events, which);
}

std::vector<actors::round_record> history::rounds() const {
  std::vector<actors::round_record> records;
  for (const event& one : events)
    if (const auto* ended = std::get_if<experiments::chaos::round_ended>(&one))
      records.push_back(ended->record);
  return records;
}

expectations& expectations::sent(index times, const messages& which) {
  if (const index found = std::ssize(of_.sent(which)); found != times)
    unmet_.push_back(
        fmt::format("{} was sent {} times; expected were {}", which.text(), found, times));
  return *this;
}

expectations& expectations::sent_at_least(index times, const messages& which) {
  if (const index found = std::ssize(of_.sent(which)); found < times)
    unmet_.push_back(
        fmt::format("{} was sent {} times; expected were at least {}", which.text(), found, times));
  return *this;
}

expectations& expectations::only_after(const messages& later, const messages& earlier) {
  const auto causes = of_.arrived(earlier);
  const auto first = std::ranges::min_element(causes, {}, &message::time);
  for (const message& one : of_.sent(later))
    if (first == causes.end() || one.time < first->time) {
      unmet_.push_back(fmt::format("{} was sent at {} s, before any {} had arrived", later.text(),
                                   to_seconds(one.time).count(), earlier.text()));
      break;
    }
  return *this;
}

expectations& expectations::done_in(seconds most) {
  if (of_.summary.status != actors::run_status::done)
    unmet_.push_back(fmt::format("the run was not done: {}",
                                 of_.summary.reason ? of_.summary.reason->detail : "no reason"));
  else if (of_.summary.time_s > most.count())
    unmet_.push_back(fmt::format("the run took {} s; at most {} were expected", of_.summary.time_s,
                                 most.count()));
  return *this;
}

expectations& expectations::every_promise_kept() {
  for (const broken_promise& one : of_.broken)
    unmet_.push_back(one.invariant + ": " + one.how);
  return *this;
}

}  // namespace echelon::testkit
