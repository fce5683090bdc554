#include "experiments/cluster/node_seat.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>

namespace echelon::experiments {

using namespace actors;

namespace {

/// As it is when its nodes begin anew, after a while in which others may have stood in for them.
/// Nobody can say any longer whether their last messages were used: they count as used, so that
/// nothing is sent twice.
sender_book settled(sender_book book) {
  for (auto& [who, slot] : book.senders)
    if (slot.sent) {
      slot.held_since = slot.sent_at;
      slot.held = std::exchange(slot.sent, nullptr);
    }
  return book;
}

}  // namespace

node_seat::node_seat(asio::io_context& io, remote::gateway& gateway, training_setup_ptr setup,
                     const take_seat& order, int threads, sender_shelf& memories,
                     runtime::crash_handler on_crash)
    : gateway_(gateway), setup_(setup), order_(order), memories_(memories),
      loop_(io, nanoseconds{0}), host_(std::move(setup), loop_, runtime::make_thread_pool(threads),
                                       false, std::move(on_crash)) {
  host_.suffer(order.seat, share_of_run::one_node);
  host_.context().senders = memories;
  host_.context().senders.restore(settled(memories.book()));
  const address<parent_handle> above{
      order.parent, gateway.bind<parent_handle>(order.parent_peer, to_string(order.parent))};
  const std::string name = to_string(order.seat);
  if (order.seat.kind == role::worker) {
    const child_handle worker = host_.spawn_worker(order.seat, above);
    gateway.publish<child_handle>(name, worker, {.peers = {order.parent_peer}});
    actor_ = caf::actor_cast<caf::actor>(worker);
  } else {
    host_.mail().live_apart(order.seat);
    const edge_handle edge = host_.spawn_edge(order.seat, above, below_);
    *below_ = host_.empty_seats(order.seat);
    gateway.publish<child_handle::extend_with<parent_handle>>(name, edge);
    actor_ = caf::actor_cast<caf::actor>(edge);
  }
}

node_seat::~node_seat() {
  gateway_.withdraw(to_string(order_.seat));
  memories_ = host_.context().senders;
}

void node_seat::seat_child(node_id child, const std::string& peer) {
  const auto siblings = setup_->topology.children(order_.seat);
  const auto found = std::ranges::find(siblings, child);
  if (found == siblings.end())
    return;
  const auto position = found - siblings.begin();
  (*below_)->seat(position, gateway_.bind<child_handle>(peer, to_string(child)), true);
  caf::anon_send(actor_, child_seated{static_cast<std::int32_t>(position)});
}

std::string describe(const take_seat& order, const training_setup& setup) {
  std::string words = fmt::format("{} under {} ({})", to_string(order.seat),
                                  to_string(order.parent), order.parent_peer);
  if (order.seat.kind == role::worker) {
    std::vector<index> parts;
    for (const coding::coded_part& part : setup.plan.work[slot(order.seat.number)])
      parts.push_back(part.part);
    words += fmt::format(": parts {}", fmt::join(parts, ", "));
  }
  return words + fmt::format("; seed {}", setup.seed);
}

}  // namespace echelon::experiments
