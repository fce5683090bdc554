#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <caf/actor_addr.hpp>

#include "actors/gathering.hpp"
#include "actors/role_context.hpp"
#include "actors/roles.hpp"

namespace echelon::actors {

/// The nodes below an edge or the coordinator: how they are reached, and which of them have ended.
/// Where the plan relays, senders are workers, reached through the child they are below.
class children {
public:
  /// Handles may be missing: those children count as dead until somebody takes their seats.
  children(role_context& context, node_id self, std::vector<address<child_handle>> all);

  index count() const { return std::ssize(all_); }
  node_id node(index child) const { return at(child).node; }
  /// Asks CAF for a word when one of them ends.
  template <class Self>
  void watch(Self self) const {
    for (index child = 0; child < count(); ++child)
      watch(self, child);
  }
  template <class Self>
  void watch(Self self, index child) const {
    if (!dead(child))
      self->monitor(at(child).handle);
  }
  /// Somebody takes a child's seat, in place of whoever had it, here or in another process.
  void seat(index child, child_handle handle, bool elsewhere);
  /// Counts what came from a child in another process; within one, it was counted when sent.
  template <class Message>
  void heard(std::int32_t sender, bool relayed, const Message& what) const {
    const index child = towards(sender, relayed);
    if (child >= 0 && child < count() && elsewhere_[static_cast<std::size_t>(child)])
      context_.mail.arrived(node(child), facts_of(what));
  }
  /// Notes that an actor has ended; which child it was.
  std::optional<index> bury(const caf::actor_addr& ended);
  bool dead(index child) const { return dead_[static_cast<std::size_t>(child)]; }

  /// The child that a sender is, or is below.
  index towards(std::int32_t sender, bool relayed) const;
  /// Who a sender of this node's code is.
  node_id sender_node(std::int32_t sender, bool relayed) const;
  std::vector<node_id> sender_nodes(const std::vector<index>& senders, bool relayed) const;
  /// The senders that are, or are below, a child.
  std::vector<std::int32_t> senders_of(index child, bool relayed) const;

  template <class Message>
  void send(index child, Message what) const {
    context_.mail.down(self_, at(child).node, at(child).handle, std::move(what));
  }
  void send_all(const round_start& what) const;
  /// Does what the round's code wants: hands out tasks, cancels senders.
  void carry_out(gathering& round, bool relayed) const;
  /// Tells everybody who may still be at work that the round is over.
  void cancel(std::int64_t round, std::uint64_t plan, const gathering* gathered,
              bool relayed) const;

private:
  const address<child_handle>& at(index child) const {
    return all_[static_cast<std::size_t>(child)];
  }

  role_context& context_;
  node_id self_;
  std::vector<address<child_handle>> all_;
  std::vector<index> first_worker_;  ///< of those below each child, who are consecutive
  std::vector<bool> dead_;
  std::vector<bool> elsewhere_;
};

/// The nodes below an edge; they are spawned after it, before its first message.
using children_of_edge = std::shared_ptr<std::unique_ptr<children>>;

}  // namespace echelon::actors
