#include "experiments/chaos/invariants/bounded.hpp"

#include <fmt/format.h>

namespace echelon::experiments::chaos {
namespace {

/// In one attempt: the parts of a worker's row and of its tasks are told of as they are finished,
/// each task is handed out once and answered once; a start, a cancel and a report of work done.
index messages_of_an_attempt(const actors::training_setup& setup) {
  return 4 * setup.plan.parts + 4;
}

/// An edge that relays speaks for all workers.
index relayed(const actors::training_setup& setup) {
  return setup.plan.relayed() ? setup.topology.workers() : 1;
}

}  // namespace

bounded::bounded(const promises& made)
    : most_(messages_of_an_attempt(made.setup()) * relayed(made.setup()) *
            (2 * std::ssize(made.setup().faults.faults) + 1)) {}

std::string bounded::observe(const event& what) {
  if (std::holds_alternative<run_resumed>(what))
    sent_.clear();
  const auto* sent = std::get_if<message_sent>(&what);
  if (sent == nullptr)
    return {};
  const runtime::trace_event& said = sent->what;
  if (++sent_[{said.from, said.to, said.what.round}] <= most_)
    return {};
  return fmt::format("{} sent {} more than {} messages about round {}", to_string(said.from),
                     to_string(said.to), most_, said.what.round);
}

}  // namespace echelon::experiments::chaos
