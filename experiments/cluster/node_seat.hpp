#pragma once

#include <memory>
#include <string>

#include <asio/io_context.hpp>

#include "actors/cluster/cluster_messages.hpp"
#include "actors/host.hpp"
#include "actors/remote/gateway.hpp"
#include "actors/runtime/asio_loop.hpp"

namespace echelon::experiments {

/// A worker or an edge in a process of its own: the role's actor between a parent and children that
/// are elsewhere. It is published as long as this lives. What its senders remember is the process's
/// and outlives it: `memories` is read at the beginning and written at the end.
class node_seat {
public:
  node_seat(asio::io_context& io, remote::gateway& gateway, actors::training_setup_ptr setup,
            const actors::take_seat& order, int threads, actors::sender_shelf& memories,
            runtime::crash_handler on_crash);
  ~node_seat();
  node_seat(const node_seat&) = delete;
  node_seat& operator=(const node_seat&) = delete;

  const actors::take_seat& order() const { return order_; }
  /// A child of this edge is to be reached at a peer.
  void seat_child(node_id child, const std::string& peer);

private:
  remote::gateway& gateway_;
  actors::training_setup_ptr setup_;
  actors::take_seat order_;
  actors::sender_shelf& memories_;
  runtime::asio_loop loop_;
  actors::host host_;
  actors::children_of_edge below_ = std::make_shared<std::unique_ptr<actors::children>>();
  caf::actor actor_;
};

/// "worker/3 under edge/1 (rack-1): parts 2, 3; seed 7".
std::string describe(const actors::take_seat& order, const actors::training_setup& setup);

}  // namespace echelon::experiments
