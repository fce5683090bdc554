#include "experiments/chaos/invariants/answered.hpp"

#include <fmt/format.h>

#include "actors/messages.hpp"

namespace echelon::experiments::chaos {
namespace {

bool is(const runtime::trace_event& what, actors::message_kind kind) {
  return what.what.kind == static_cast<std::uint8_t>(kind);
}

}  // namespace

answered::answered(const promises& made) : waits_for_all_(!made.setup().plan.root_code->updates()) {
  for (const faults::scheduled_fault& one : made.setup().faults.faults)
    excused_.merge(made.faulty(one));
}

std::string answered::observe(const event& what) {
  if (const auto* sent = std::get_if<message_sent>(&what))
    return note(sent->what);
  if (std::holds_alternative<run_resumed>(what))
    asked_.clear();
  const auto* ended = std::get_if<run_ended>(&what);
  if (ended == nullptr || ended->summary.status != actors::run_status::done || !waits_for_all_)
    return {};
  for (const auto& [node, round] : asked_)
    if (!excused_.contains(node) && round < ended->summary.rounds)
      return fmt::format("{} was asked in round {} and neither answered nor was it dismissed",
                         to_string(node), round);
  return {};
}

std::string answered::note(const runtime::trace_event& said) {
  using kind = actors::message_kind;
  if (is(said, kind::cancel_round))
    asked_.erase(said.to);
  if (is(said, kind::coded_gradient) || is(said, kind::child_failed))
    asked_.erase(said.from);
  if (!is(said, kind::round_start))
    return {};
  const auto [open, fresh] = asked_.try_emplace(said.to, said.what.round);
  if (fresh || excused_.contains(said.to))
    return {};
  return fmt::format("{} is asked in round {} while it was told nothing of the end of round {}",
                     to_string(said.to), said.what.round, open->second);
}

}  // namespace echelon::experiments::chaos
