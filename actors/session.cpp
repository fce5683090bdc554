#include "actors/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/async_coordinator.hpp"
#include "actors/coordinator.hpp"
#include "actors/edge.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/virtual_loop.hpp"
#include "actors/worker.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::actors {
namespace {

/// Everything a run owns, in the order in which it must be taken down (last member first).
class session {
public:
  session(training_setup_ptr setup, const run_options& options, run_observer& observer)
      : setup_(std::move(setup)), options_(options), began_(std::chrono::steady_clock::now()),
        loop_(make_loop()),
        mail_(*loop_, setup_->topology, setup_->delays, setup_->links, setup_->uplinks),
        pool_(make_pool()), parts_(setup_, pool_->lanes(), options_.world == world_kind::simulated),
        config_(runtime::make_config(*loop_)) {
    const work_plan_ptr plan{setup_, &setup_->plan};
    plans_.put(plan);
    config_->add_message_types<caf::id_block::echelon>();
    system_ = std::make_unique<caf::actor_system>(*config_);
    context_.emplace(role_context{setup_, *loop_, mail_, *pool_, parts_, plans_});
    desk_ = std::make_shared<coordinator_desk>(
        *context_,
        coordinator_hooks{&observer, [this](const checkpoint& mark) { return save(mark); },
                          [this](run_end end) { finish(std::move(end)); }});
    desk_->plan = plan;
    uplinks_ = mail_.spawn_uplinks(*system_, crash());
    spawn_tree();
    if (!options_.crashes.empty())
      mail_.subscribe([this](const runtime::trace_event&) { crash_due(); });
  }

  ~session() {
    // Tasks refer to the desk: they end first. Actors refer to each other in circles: each is told
    // to exit.
    pool_->close();
    for (const auto& [node, everyone] : actors_)
      caf::anon_send_exit(everyone, caf::exit_reason::kill);
    for (const caf::actor& port : uplinks_)
      caf::anon_send_exit(port, caf::exit_reason::kill);
    loop_->drain();
  }

  session(const session&) = delete;
  session& operator=(const session&) = delete;

  result<void> restore(const checkpoint& from) {
    mail_.restore(from.links);
    wall_before_s_ = from.so_far.wall_s;
    messages_before_ = from.so_far.messages;
    return actors::restore(*desk_, from);
  }

  run_outcome run() {
    // New actors are runnable once; a resumed run must not begin in their order.
    loop_->drain();
    if (options_.interrupted)
      loop_->watch(options_.interrupted, [this] { caf::anon_send(root_, interrupt_run{}); });
    caf::anon_send(root_, begin_run{});
    if (!loop_->run() && !end_)
      finish({run_status::failed, error{errc::timed_out, "no node has anything left to do"}});
    return outcome();
  }

private:
  std::unique_ptr<runtime::event_loop> make_loop() {
    const nanoseconds start = options_.resume ? options_.resume->clock : nanoseconds{0};
    if (options_.world == world_kind::local)
      return std::make_unique<runtime::asio_loop>(start);
    std::optional<std::uint64_t> interleaving;
    if (setup_->seeded_interleaving)
      interleaving = hash_combine(setup_->seed, 0x696e746572);
    return std::make_unique<runtime::virtual_loop>(interleaving, start);
  }

  std::unique_ptr<runtime::compute_pool> make_pool() const {
    if (options_.world == world_kind::simulated)
      return runtime::make_inline_pool();
    return runtime::make_thread_pool(options_.threads);
  }

  void spawn_tree() {
    const bool has_rounds = !setup_->plan.root_code->updates();
    root_ = runtime::spawn_role<coordinator_handle, coordinator_state>(
        *system_, crash(), has_rounds ? coordinator : async_coordinator, desk_);
    actors_[{role::coordinator, 0}] = caf::actor_cast<caf::actor>(root_);
    desk_->below = spawn_children({role::coordinator, 0}, root_);
  }

  std::unique_ptr<children> spawn_children(node_id parent, const parent_handle& parent_actor) {
    std::vector<address<child_handle>> spawned;
    std::int32_t sibling = 0;
    for (const node_id child : setup_->topology.children(parent)) {
      const address<parent_handle> above{parent, parent_actor};
      if (child.kind == role::worker) {
        spawned.push_back({child, runtime::spawn_role<worker_handle, worker_state>(
                                      *system_, crash(), worker, *context_,
                                      worker_place{child, sibling, above})});
      } else {
        const auto below = std::make_shared<std::unique_ptr<children>>();
        const auto actor = runtime::spawn_role<edge_handle, edge_state>(
            *system_, crash(), edge, *context_, edge_place{child, sibling, above}, below);
        *below = spawn_children(child, actor);
        spawned.push_back({child, actor});
      }
      actors_[child] = caf::actor_cast<caf::actor>(spawned.back().handle);
      ++sibling;
    }
    return std::make_unique<children>(*context_, parent, std::move(spawned));
  }

  /// Ends the actors whose time has come: at once, but between two messages.
  void crash_due() {
    ++sent_;
    for (const node_crash& coming : options_.crashes)
      if (coming.after_messages == sent_)
        caf::anon_send_exit(actors_.at(coming.node), caf::exit_reason::kill);
  }

  runtime::crash_handler crash() {
    return [this](const std::string& what) {
      finish({run_status::failed, error{errc::not_supported, "an actor threw: " + what}});
    };
  }

  result<void> save(const checkpoint& mark) const {
    if (options_.checkpoint_file.empty())
      return {};
    checkpoint stamped = mark;
    stamped.scenario = options_.scenario;
    stamped.so_far.wall_s = wall_s();
    stamped.so_far.messages = messages_before_ + loop_->handled();
    return save_checkpoint(options_.checkpoint_file, stamped);
  }

  void finish(run_end end) {
    if (!end_)
      end_ = std::move(end);
    loop_->stop();
  }

  double wall_s() const {
    return wall_before_s_ + seconds{std::chrono::steady_clock::now() - began_}.count();
  }

  run_outcome outcome() const {
    run_outcome left{desk_->book.summary(), desk_->weights.state()};
    left.summary.status = end_->status;
    left.summary.reason = end_->reason;
    left.summary.virtual_clock = options_.world == world_kind::simulated;
    left.summary.wall_s = wall_s();
    left.summary.weights_hash = left.state.hash();
    left.summary.messages = messages_before_ + loop_->handled();
    if (left.summary.virtual_clock)
      left.summary.trace_hash = mail_.state().trace_hash;
    left.summary.facts = mail_.uplink_facts();
    add_links(left.summary);
    return left;
  }

  void add_links(run_summary& summary) const {
    const auto add = [&](node_id child) {
      const node_id parent = setup_->topology.parent(child);
      using transmission::direction;
      const auto& down = mail_.state().links[mail_.link_index(child, direction::down)];
      const auto& up = mail_.state().links[mail_.link_index(child, direction::up)];
      summary.links.push_back({parent, child, down.messages, down.bytes});
      summary.links.push_back({child, parent, up.messages, up.bytes});
    };
    for (std::int32_t worker = 0; worker < setup_->topology.workers(); ++worker)
      add({role::worker, worker});
    for (std::int32_t edge = 0; edge < setup_->topology.edges(); ++edge)
      add({role::edge, edge});
  }

  training_setup_ptr setup_;
  const run_options& options_;
  std::chrono::steady_clock::time_point began_;
  double wall_before_s_ = 0;
  std::int64_t messages_before_ = 0;
  std::optional<run_end> end_;
  std::unique_ptr<runtime::event_loop> loop_;
  runtime::courier mail_;
  std::unique_ptr<runtime::compute_pool> pool_;
  part_computer parts_;
  plan_shelf plans_;
  std::optional<role_context> context_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<coordinator_desk> desk_;
  coordinator_handle root_;
  std::map<node_id, caf::actor> actors_;
  std::vector<caf::actor> uplinks_;
  std::int64_t sent_ = 0;  ///< messages, counted where crashes are to come
};

/// What a checkpoint holds must have the shapes that this setup gives.
bool fits(const training_setup& setup, const checkpoint& from) {
  const learning::model& model = *setup.model;
  const auto links = 2 * (setup.topology.workers() + setup.topology.edges());
  if (std::ssize(from.histories) != setup.topology.workers() ||
      std::ssize(from.links.links) != links || from.so_far.rounds > setup.rounds)
    return false;
  for (const auto& [parent, port] : from.links.uplinks) {
    const index ports = parent.kind == role::edge ? setup.topology.edges() : 1;
    if (!setup.uplinks.slots(parent.kind) || parent.number >= ports ||
        port.backlog.size() != setup.topology.children(parent).size())
      return false;
  }
  if (!setup.gradients)
    return from.state.empty();
  const auto& rule = setup.local_steps > 1 ? *setup.server : *setup.optimiser;
  return from.state.size() == model.parameter_count() + model.buffer_count() &&
         from.state.kind() == model.kind() && std::ssize(from.memory.slots) == rule.slot_count() &&
         std::ranges::all_of(from.memory.slots, [&model](const block_builder& slot) {
           return slot.size() == model.parameter_count() && slot.kind() == model.kind();
         });
}

}  // namespace

result<run_outcome> run_training(training_setup_ptr setup, const run_options& options,
                                 run_observer& observer) {
  if (options.resume && options.resume->scenario != options.scenario)
    return fail(
        errc::bad_input,
        "{} belongs to another scenario; resume with the one it was written by, or remove it",
        options.checkpoint_file.string());
  if (options.resume && !fits(*setup, *options.resume))
    return fail(errc::bad_input, "{}: its weights do not have the shape of this scenario's model",
                options.checkpoint_file.string());
  session running{std::move(setup), options, observer};
  if (options.resume)
    if (const auto restored = running.restore(*options.resume); !restored)
      return fail(errc::bad_input, "{}: {}; remove it to start from round 1",
                  options.checkpoint_file.string(), restored.error().detail);
  return running.run();
}

}  // namespace echelon::actors
