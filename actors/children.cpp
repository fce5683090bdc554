#include "actors/children.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {

children::children(role_context& context, node_id self, std::vector<address<child_handle>> all)
    : context_(context), self_(self), all_(std::move(all)), dead_(all_.size()),
      elsewhere_(all_.size()) {
  for (std::size_t child = 0; child < all_.size(); ++child)
    dead_[child] = !all_[child].handle;
  for (const auto& child : all_)
    first_worker_.push_back(child.node.kind == role::worker
                                ? child.node.number
                                : context.setup->topology.workers_below(child.node).front());
}

std::optional<index> children::bury(const caf::actor_addr& ended) {
  for (index child = 0; child < count(); ++child)
    if (at(child).handle && at(child).handle.address() == ended) {
      dead_[static_cast<std::size_t>(child)] = true;
      return child;
    }
  return std::nullopt;
}

void children::seat(index child, child_handle handle, bool elsewhere) {
  const auto position = static_cast<std::size_t>(child);
  all_[position].handle = std::move(handle);
  dead_[position] = false;
  elsewhere_[position] = elsewhere;
}

index children::towards(std::int32_t sender, bool relayed) const {
  if (!relayed)
    return sender;
  const auto after = std::ranges::upper_bound(first_worker_, sender);
  return after - first_worker_.begin() - 1;
}

node_id children::sender_node(std::int32_t sender, bool relayed) const {
  return relayed ? node_id{role::worker, sender} : node(sender);
}

std::vector<node_id> children::sender_nodes(const std::vector<index>& senders, bool relayed) const {
  std::vector<node_id> nodes;
  for (const index sender : senders)
    nodes.push_back(sender_node(static_cast<std::int32_t>(sender), relayed));
  return nodes;
}

std::vector<std::int32_t> children::senders_of(index child, bool relayed) const {
  if (!relayed)
    return {static_cast<std::int32_t>(child)};
  if (node(child).kind == role::worker)
    return {node(child).number};
  std::vector<std::int32_t> senders;
  for (const index worker : context_.setup->topology.workers_below(node(child)))
    senders.push_back(static_cast<std::int32_t>(worker));
  return senders;
}

void children::send_all(const round_start& what) const {
  for (index child = 0; child < count(); ++child)
    if (!dead(child))
      send(child, what);
}

void children::carry_out(gathering& round, bool relayed) const {
  for (assignment& task : round.take_assignments()) {
    const index child = towards(task.sender, relayed);
    if (!dead(child))
      send(child, std::move(task));
  }
  for (const std::int32_t sender : round.take_dismissed()) {
    const index child = towards(sender, relayed);
    if (!dead(child))
      send(child, cancel_round{round.round(), round.plan(), relayed ? sender : everybody});
  }
}

void children::cancel(std::int64_t round, std::uint64_t plan, const gathering* gathered,
                      bool relayed) const {
  for (index child = 0; child < count(); ++child) {
    const bool through = gathered != nullptr && !relayed &&
                         gathered->through_with(static_cast<std::int32_t>(child));
    if (!dead(child) && !through)
      send(child, cancel_round{round, plan});
  }
}

}  // namespace echelon::actors
