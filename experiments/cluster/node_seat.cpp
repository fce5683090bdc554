#include "experiments/cluster/node_seat.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <fmt/format.h>

namespace echelon::experiments {

using namespace actors;

node_seat::node_seat(asio::io_context& io, remote::gateway& gateway, training_setup_ptr setup,
                     const take_seat& order, int threads, runtime::crash_handler on_crash)
    : gateway_(gateway), setup_(setup), order_(order), loop_(io, nanoseconds{0}),
      host_(std::move(setup), loop_, runtime::make_thread_pool(threads), false,
            std::move(on_crash)) {
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

node_seat::~node_seat() { gateway_.withdraw(to_string(order_.seat)); }

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
