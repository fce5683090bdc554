#include "experiments/chaos/invariants/applied_once.hpp"

#include <fmt/format.h>

#include "actors/messages.hpp"

namespace echelon::experiments::chaos {
namespace {

bool is(const runtime::trace_event& what, actors::message_kind kind) {
  return what.what.kind == static_cast<std::uint8_t>(kind);
}

}  // namespace

std::string applied_once::observe(const event& what) {
  if (const auto* sent = std::get_if<message_sent>(&what)) {
    const runtime::trace_event& said = sent->what;
    if (is(said, actors::message_kind::round_start) && said.from.kind == role::coordinator &&
        (said.what.round != round_ || said.what.plan != plan_)) {
      round_ = said.what.round;
      plan_ = said.what.plan;
      answered_.clear();
    }
    if (is(said, actors::message_kind::coded_gradient) && said.what.round == round_ &&
        said.what.plan == plan_)
      answered_.insert(said.from);
  }
  const auto* ended = std::get_if<round_ended>(&what);
  return ended != nullptr && has_rounds_ ? judge(*ended) : "";
}

std::string applied_once::judge(const round_ended& what) {
  std::set<node_id> named;
  for (const node_id sender : what.record.senders) {
    if (!named.insert(sender).second)
      return fmt::format("round {} uses {} twice", what.record.round, to_string(sender));
    if (!answered_.contains(sender))
      return fmt::format("round {} uses {}, which did not answer in it", what.record.round,
                         to_string(sender));
  }
  return {};
}

}  // namespace echelon::experiments::chaos
