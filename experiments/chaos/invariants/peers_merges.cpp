#include "experiments/chaos/invariants/peers_merges.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/peers/peer_messages.hpp"
#include "actors/peers/peering.hpp"

namespace echelon::experiments::chaos {

peers_merges::peers_merges(const promises& made)
    : made_(made), each_round_(made.setup().peers->merges != nullptr &&
                               made.setup().peers->mode == actors::waiting_for::everyone &&
                               !made.setup().peers->absence->keeps_stale()),
      calm_(made.setup().faults.empty() &&
            made.setup().peers->mode == actors::waiting_for::everyone &&
            made.setup().peers->patience == seconds{0}) {}

std::string peers_merges::observe(const event& what) {
  const auto* due = std::get_if<message_due>(&what);
  if (due != nullptr &&
      due->what.what.kind == static_cast<std::uint8_t>(actors::peer_message_kind::peer_parcel))
    came_[due->what.what.round].emplace(due->what.from, due->what.to);
  const auto* ended = std::get_if<round_ended>(&what);
  return ended != nullptr ? judge(*ended) : "";
}

/// Who comes later was not there to hear all.
bool peers_merges::was_replaced(node_id peer) const {
  const faults::fault_plan& plan = made_.setup().faults;
  return std::ranges::any_of(plan.faults, [&](const faults::scheduled_fault& one) {
    return one.at == peer && !one.on_link() &&
           faults::fatal_after(one, plan.peer_timeout) != faults::never;
  });
}

std::string peers_merges::judge(const round_ended& what) const {
  const actors::round_record& record = what.record;
  const bool exact = record.worth.kind == actors::certificate::outcome::exact;
  std::set<node_id> named;
  for (const node_id sender : record.senders)
    if (!named.insert(sender).second)
      return fmt::format("round {} names {} twice", record.round, to_string(sender));
  if (calm_ && !exact)
    return fmt::format("nothing goes wrong, and round {} says that edges were not used",
                       record.round);
  if (!exact || !each_round_)
    return {};
  const auto came = came_.find(record.round);
  const merging::peer_network& network = made_.setup().peers->network;
  for (index to = 0; to < network.peers(); ++to) {
    if (was_replaced(actors::peer_node(to)))
      continue;
    for (const auto& [from, weight] : network.row(to, record.round - 1).others)
      if (came == came_.end() ||
          !came->second.contains({actors::peer_node(from), actors::peer_node(to)}))
        return fmt::format(
            "round {} says that every edge was used, and no model came from {} to {}", record.round,
            to_string(actors::peer_node(from)), to_string(actors::peer_node(to)));
  }
  return {};
}

}  // namespace echelon::experiments::chaos
