#include "actors/host.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/averaging_edge.hpp"
#include "actors/edge.hpp"
#include "actors/peers/peer_messages.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "actors/worker.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::actors {
namespace {

/// Ends an actor before it handles anything else that waits for it.
void kill_first(const caf::actor& one) {
  caf::actor_cast<caf::strong_actor_ptr>(one)->enqueue(
      nullptr, caf::make_message_id(caf::message_priority::high),
      caf::make_message(caf::exit_msg{caf::actor_addr{}, caf::exit_reason::kill}), nullptr);
}

}  // namespace

host::host(training_setup_ptr setup, runtime::event_loop& loop,
           std::shared_ptr<runtime::compute_pool> pool, bool share_parts,
           runtime::crash_handler on_crash)
    : setup_(std::move(setup)), loop_(loop), on_crash_(std::move(on_crash)),
      mail_(loop_, setup_->topology, setup_->delays, setup_->links, setup_->uplinks),
      pool_(std::move(pool)), parts_(setup_, pool_->lanes(), share_parts), senders_(setup_),
      config_(runtime::make_config(loop_)) {
  plans_.put(work_plan_ptr{setup_, &setup_->plan});
  config_->add_message_types<caf::id_block::echelon>();
  config_->add_message_types<caf::id_block::echelon_peers>();
  system_ = std::make_unique<caf::actor_system>(*config_);
  context_.emplace(role_context{setup_, loop_, mail_, *pool_, parts_, plans_, senders_});
  helpers_ = mail_.spawn_uplinks(*system_, on_crash_);
  runtime::release_logger();
}

host::~host() {
  // Tasks refer to what actors own: they end first. Actors refer to each other in circles: each is
  // told to exit, and nothing that still waits for one is handled: it could tell the outside.
  pool_->close();
  for (const auto& [node, everyone] : actors_)
    kill_first(everyone);
  for (const caf::actor& helper : helpers_)
    kill_first(helper);
  loop_.drain();
}

void host::suffer(node_id self, share_of_run share) {
  if (setup_->faults.empty())
    return;
  const std::uint64_t seed = hash_combine(
      hash_combine(setup_->delay_seed, static_cast<std::uint64_t>(self.kind)),
      static_cast<std::uint64_t>(self.number));
  faults_.emplace(setup_->faults, setup_->topology, loop_, seed, share);
  mail_.suffer(&*faults_);
  context_->faults = &*faults_;
}

std::optional<node_id> host::node_of(std::uint64_t actor) const {
  const auto found = names_.find(actor);
  return found == names_.end() ? std::nullopt : std::optional{found->second};
}

std::int32_t host::sibling(node_id node) const {
  const auto siblings = setup_->topology.children(setup_->topology.parent(node));
  return static_cast<std::int32_t>(std::ranges::find(siblings, node) - siblings.begin());
}

child_handle host::spawn_worker(node_id self, address<parent_handle> parent) {
  return spawn<worker_handle, worker_state>(self, worker, *context_,
                                            worker_place{self, sibling(self), std::move(parent)});
}

edge_handle host::spawn_edge(node_id self, address<parent_handle> parent, children_of_edge below) {
  edge_place place{self, sibling(self), std::move(parent)};
  if (setup_->sends_changes() && !setup_->plan.relayed())
    return spawn<edge_handle, averaging_edge_state>(self, averaging_edge, *context_,
                                                    std::move(place), std::move(below));
  return spawn<edge_handle, edge_state>(self, edge, *context_, std::move(place), std::move(below));
}

std::unique_ptr<children> host::empty_seats(node_id parent) {
  std::vector<address<child_handle>> seats;
  for (const node_id child : setup_->topology.children(parent))
    seats.push_back({child, {}});
  return std::make_unique<children>(*context_, parent, std::move(seats));
}

void host::crash(node_id node) { caf::anon_send_exit(actors_.at(node), caf::exit_reason::kill); }

}  // namespace echelon::actors
