#include "experiments/cluster/peer_seat.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

namespace echelon::experiments {

using namespace actors;

namespace {

std::string name_of(std::int32_t peer) { return to_string(node_id{role::peer, peer}); }

}  // namespace

peer_seat::peer_seat(asio::io_context& io, remote::gateway& gateway, training_setup_ptr setup,
                     std::int32_t number, const std::string& monitor, int threads,
                     runtime::crash_handler on_crash)
    : gateway_(gateway), number_(number), loop_(io, nanoseconds{0}),
      host_(std::move(setup), loop_, runtime::make_thread_pool(threads), false,
            std::move(on_crash)),
      around_(host_.context()) {
  host_.suffer({role::peer, number}, share_of_run::one_node);
  around_.monitor = gateway.bind<books_handle>(monitor, std::string{books_name});
  around_.monitor_is_here = false;
  actor_ = host_.spawn<peer_handle, peer_actor_state>({role::peer, number}, peer, &around_, number,
                                                      neighbours_);
  gateway.publish<neighbour_handle>(name_of(number), actor_);
  gateway.publish<graph_hearer_handle>(graph_name(number), actor_, {.peers = {monitor}});
}

peer_seat::~peer_seat() {
  gateway_.withdraw(graph_name(number_));
  gateway_.withdraw(name_of(number_));
}

void peer_seat::meet(std::int32_t neighbour, const std::string& process) {
  (*neighbours_)[neighbour] = gateway_.bind<neighbour_handle>(process, name_of(neighbour));
  if (begun_)
    caf::anon_send(actor_, neighbour_presence_changed{neighbour, true});
}

void peer_seat::part(std::int32_t neighbour) {
  neighbours_->erase(neighbour);
  if (begun_)
    caf::anon_send(actor_, neighbour_presence_changed{neighbour, false});
}

void peer_seat::begin(bool joins) {
  if (!std::exchange(begun_, true))
    caf::anon_send(actor_, begin_peer{.joins = joins});
}

std::string graph_name(std::int32_t peer) { return "graph/" + name_of(peer); }

std::string describe(std::int32_t peer, const training_setup& setup) {
  return fmt::format("{}: {} samples; seed {}", name_of(peer), setup.parts[slot(peer)].size(),
                     setup.seed);
}

}  // namespace echelon::experiments
