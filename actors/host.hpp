#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/children.hpp"
#include "actors/part_computer.hpp"
#include "actors/plan_shelf.hpp"
#include "actors/role_context.hpp"
#include "actors/roles.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

/// Everything one process owns to run nodes of a tree: the actor system on a loop, the courier, the
/// compute pool, the plans. Who runs which nodes is the caller's business; all of them may be here.
/// Control thread only.
class host {
public:
  /// `loop` outlives it. `pool` is where parts are computed; with `share_parts` replicas of a part
  /// share one computed value (simulated world).
  host(training_setup_ptr setup, runtime::event_loop& loop,
       std::shared_ptr<runtime::compute_pool> pool, bool share_parts,
       runtime::crash_handler on_crash);
  /// Waits for tasks that are computing, then ends all actors.
  ~host();
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  role_context& context() { return *context_; }
  /// The setup's faults befall what nodes of this process say and compute, on its clock. `self`:
  /// the only one, or the first. Before any actor is there.
  void suffer(node_id self, share_of_run share);
  runtime::courier& mail() { return mail_; }
  const runtime::courier& mail() const { return mail_; }
  caf::actor_system& system() { return *system_; }

  /// Spawns the actor of a worker or an edge; an edge's children are set before its first message.
  child_handle spawn_worker(node_id self, address<parent_handle> parent);
  edge_handle spawn_edge(node_id self, address<parent_handle> parent, children_of_edge below);
  /// Any other actor of this process, to be ended with the rest.
  template <class Handle, class State, class Behaviour, class... Args>
  Handle spawn(node_id self, Behaviour behaviour, Args... args) {
    auto spawned = runtime::spawn_role<Handle, State>(*system_, on_crash_, behaviour,
                                                      std::move(args)...);
    actors_[self] = caf::actor_cast<caf::actor>(spawned);
    names_[spawned.id()] = self;
    return spawned;
  }
  /// The same for one that is no node.
  template <class Handle, class State, class Behaviour, class... Args>
  Handle spawn_helper(Behaviour behaviour, Args... args) {
    auto spawned = runtime::spawn_role<Handle, State>(*system_, on_crash_, behaviour,
                                                      std::move(args)...);
    helpers_.push_back(caf::actor_cast<caf::actor>(spawned));
    return spawned;
  }
  /// Whose actor that is, or was.
  std::optional<node_id> node_of(std::uint64_t actor) const;
  /// Ends one at once, between two messages.
  void crash(node_id node);

  /// The seats below a node that lives here, for those who come from elsewhere.
  std::unique_ptr<children> empty_seats(node_id parent);

private:
  std::int32_t sibling(node_id node) const;

  training_setup_ptr setup_;
  runtime::event_loop& loop_;
  runtime::crash_handler on_crash_;
  std::optional<fault_injector> faults_;
  runtime::courier mail_;
  std::shared_ptr<runtime::compute_pool> pool_;
  part_computer parts_;
  plan_shelf plans_;
  sender_shelf senders_;
  std::optional<role_context> context_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<caf::actor> helpers_;
  std::map<node_id, caf::actor> actors_;
  std::map<std::uint64_t, node_id> names_;
};

}  // namespace echelon::actors
