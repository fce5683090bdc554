#include "actors/session.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/async_coordinator.hpp"
#include "actors/coordinator.hpp"
#include "actors/peers/peer_session.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "actors/runtime/virtual_loop.hpp"
#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::actors {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

/// Of what a trainer accumulates: means of answers, or a control variate.
index accumulated_size(const training_setup& setup) {
  const index trained = setup.model->parameter_count();
  return setup.control_variates ? trained : trained + setup.model->buffer_count();
}

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
  const auto& rule = setup.sends_changes() ? *setup.server : *setup.optimiser;
  return from.state.size() == model.parameter_count() + model.buffer_count() &&
         from.state.kind() == model.kind() &&
         (from.accumulated.empty() || (from.accumulated.size() == accumulated_size(setup) &&
                                       from.accumulated.kind() == model.kind())) &&
         std::ssize(from.memory.slots) == rule.slot_count() &&
         std::ranges::all_of(from.memory.slots, [&model](const block_builder& slot) {
           return slot.size() == model.parameter_count() && slot.kind() == model.kind();
         });
}

result<void> check_scenario(const run_options& options) {
  if (!options.resume || options.resume->scenario == options.scenario)
    return {};
  return fail(errc::bad_input,
              "{} belongs to another scenario; resume with the one it was written by, or remove it",
              options.checkpoint_file.string());
}

result<void> check_resume(const training_setup& setup, const run_options& options) {
  ECHELON_CHECK(check_scenario(options));
  if (options.resume && !fits(setup, *options.resume))
    return fail(errc::bad_input, "{}: its weights do not have the shape of this scenario's model",
                options.checkpoint_file.string());
  return {};
}

std::unexpected<error> unusable(const run_options& options, const error& why) {
  return fail(errc::bad_input, "{}: {}; remove it to start from round 1",
              options.checkpoint_file.string(), why.detail);
}

}  // namespace

std::unique_ptr<runtime::event_loop> make_loop(const training_setup& setup,
                                               const run_options& options) {
  const nanoseconds start = options.resume ? options.resume->clock : nanoseconds{0};
  if (options.world == world_kind::local)
    return std::make_unique<runtime::asio_loop>(start);
  return make_virtual_loop(setup, start);
}

std::shared_ptr<runtime::compute_pool> make_pool(const run_options& options) {
  if (options.pool)
    return options.pool;
  if (options.world == world_kind::simulated)
    return runtime::make_inline_pool();
  return runtime::make_thread_pool(options.threads);
}

std::unique_ptr<runtime::event_loop> make_virtual_loop(const training_setup& setup,
                                                       nanoseconds start) {
  std::optional<std::uint64_t> interleaving;
  if (setup.seeded_interleaving)
    interleaving = hash_combine(setup.seed, 0x696e746572);
  return std::make_unique<runtime::virtual_loop>(interleaving, start);
}

result<std::unique_ptr<session>> session::open(training_setup_ptr setup, const run_options& options,
                                               run_observer& observer, runtime::event_loop& loop,
                                               std::function<void()> ended,
                                               const tree_maker& make_below) {
  ECHELON_CHECK(check_resume(*setup, options));
  std::unique_ptr<session> opened{
      new session{std::move(setup), options, observer, loop, std::move(ended)}};
  opened->bring_up(make_below);
  if (options.resume)
    if (const auto restored = opened->restore(*options.resume); !restored)
      return unusable(options, restored.error());
  return opened;
}

session::session(training_setup_ptr setup, const run_options& options, run_observer& observer,
                 runtime::event_loop& loop, std::function<void()> ended)
    : setup_(setup), options_(options), observer_(observer),
      began_(std::chrono::steady_clock::now()), ended_(std::move(ended)), loop_(loop),
      host_(std::move(setup), loop, make_pool(options), options.world == world_kind::simulated,
            [this](const std::string& what) {
              finish({run_status::failed, error{errc::not_supported, "an actor threw: " + what}});
            }),
      nodes_(host_) {
  if (options.world != world_kind::simulated)
    host_.suffer(the_coordinator, share_of_run::whole);
  else if (!setup_->faults.empty())
    suffer();
  desk_ = std::make_shared<coordinator_desk>(
      host_.context(),
      coordinator_hooks{&observer, [this](const checkpoint& mark) { return save(mark); },
                        [this](run_end end) { finish(std::move(end)); }, options.keeps_all});
  desk_->members = faults_ && options.members == nullptr ? faults_->members() : options.members;
  desk_->members_wait = options.members_wait;
}

session::~session() = default;

void session::bring_up(const tree_maker& make_below) {
  const bool has_rounds = !setup_->plan.root_code->updates();
  root_ = host_.spawn<coordinator_handle, coordinator_state>(
      the_coordinator, has_rounds ? coordinator : async_coordinator, desk_);
  desk_->below = make_below ? make_below(host_, root_) : nodes_.spawn_below(the_coordinator, root_);
  nodes_.keep_root(*desk_->below);
  if (!options_.crashes.empty())
    host_.mail().subscribe([this](const runtime::trace_event&) { crash_due(); });
}

result<void> session::restore(const checkpoint& from) {
  host_.mail().restore(from.links);
  wall_before_s_ = from.so_far.wall_s;
  messages_before_ = from.so_far.messages;
  return actors::restore(*desk_, from);
}

void session::start() {
  if (options_.interrupted)
    loop_.watch(options_.interrupted, [this] { interrupt(); });
  if (faults_)
    faults_->start();
  caf::anon_send(root_, begin_run{});
}

void session::interrupt() { caf::anon_send(root_, interrupt_run{}); }

void session::give_up(error reason) {
  const bool asked = reason.code == errc::interrupted;
  finish({asked ? run_status::interrupted : run_status::failed, std::move(reason)});
}

/// Lets the setup's faults happen, from the first message on.
void session::suffer() {
  const auto died = [this] {
    finish({run_status::failed, error{errc::interrupted, "the coordinator died; --resume goes on "
                                                         "from its last checkpoint"}});
  };
  faults_.emplace(host_, nodes_, loop_,
                  departures{[this](node_id node, bool there) { observer_.on_node(node, there); },
                             [this] { caf::anon_send(root_, members_changed{}); }, died});
  host_.context().faults = &faults_->injector();
}

/// Ends the actors whose time has come: at once, but between two messages.
void session::crash_due() {
  ++sent_;
  for (const node_crash& coming : options_.crashes)
    if (coming.after_messages == sent_)
      host_.crash(coming.node);
}

result<void> session::save(const checkpoint& mark) const {
  if (options_.checkpoint_file.empty() && !options_.keep)
    return {};
  checkpoint stamped = mark;
  stamped.scenario = options_.scenario;
  stamped.so_far.wall_s = wall_s();
  stamped.so_far.messages = messages_before_ + loop_.handled();
  ECHELON_CHECK(write(stamped));
  observer_.on_checkpoint(stamped.so_far.rounds);
  return {};
}

/// A disk that fails leaves what one would: nothing, or the beginning beside the file.
result<void> session::write(const checkpoint& mark) const {
  const std::filesystem::path& file = options_.checkpoint_file;
  const fault_injector* faults = desk_->context.faults;
  const faults::fault* disk = faults != nullptr ? faults->of_disk() : nullptr;
  if (disk == nullptr)
    return options_.keep ? options_.keep(mark) : save_checkpoint(file, mark);
  if (!disk->dies_writing())
    return fail(errc::cannot_write, "{}: cannot be written (no space is left on the device)",
                file.string());
  const std::filesystem::path torn = file.string() + ".partial";
  ECHELON_CHECK(save_checkpoint(torn, mark));
  const auto whole = static_cast<std::int64_t>(std::filesystem::file_size(torn));
  if (disk->writable_bytes() < whole)
    std::filesystem::resize_file(torn, static_cast<std::uintmax_t>(disk->writable_bytes()));
  else
    std::filesystem::rename(torn, file);
  return fail(errc::interrupted,
              "the coordinator died as it wrote {}; --resume goes on from its "
              "last checkpoint",
              file.string());
}

void session::finish(run_end end) {
  if (end_)
    return;
  end_ = std::move(end);
  ended_();
}

double session::wall_s() const {
  return wall_before_s_ + seconds{std::chrono::steady_clock::now() - began_}.count();
}

run_outcome session::outcome() const {
  expects(end_.has_value());
  run_outcome left{desk_->book.summary(), desk_->weights.state()};
  const runtime::courier& mail = desk_->context.mail;
  left.summary.status = end_->status;
  left.summary.reason = end_->reason;
  left.summary.virtual_clock = options_.world == world_kind::simulated;
  left.summary.wall_s = wall_s();
  left.summary.weights_hash = left.state.hash();
  left.summary.messages = messages_before_ + loop_.handled();
  if (left.summary.virtual_clock)
    left.summary.trace_hash = mail.state().trace_hash;
  left.summary.facts = mail.uplink_facts();
  add_links(left.summary);
  return left;
}

void session::add_links(run_summary& summary) const {
  const runtime::courier& mail = desk_->context.mail;
  const auto add = [&](node_id child) {
    const node_id parent = setup_->topology.parent(child);
    using transmission::direction;
    const auto& down = mail.state().links[mail.link_index(child, direction::down)];
    const auto& up = mail.state().links[mail.link_index(child, direction::up)];
    summary.links.push_back({parent, child, down.messages, down.bytes});
    summary.links.push_back({child, parent, up.messages, up.bytes});
  };
  for (std::int32_t worker = 0; worker < setup_->topology.workers(); ++worker)
    add({role::worker, worker});
  for (std::int32_t edge = 0; edge < setup_->topology.edges(); ++edge)
    add({role::edge, edge});
}

result<std::unique_ptr<run_under_way>> open_run(training_setup_ptr setup,
                                                const run_options& options, run_observer& observer,
                                                runtime::event_loop& loop,
                                                std::function<void()> ended) {
  if (setup->peers) {
    ECHELON_CHECK(check_scenario(options));
    auto peers = std::make_unique<peer_session>(std::move(setup), options, observer, loop,
                                                std::move(ended));
    if (options.resume)
      if (const auto restored = peers->restore(*options.resume); !restored)
        return unusable(options, restored.error());
    return peers;
  }
  return session::open(std::move(setup), options, observer, loop, std::move(ended));
}

error standstill() { return {errc::timed_out, "no node has anything left to do"}; }

run_outcome run_to_end(run_under_way& running, runtime::event_loop& loop) {
  // New actors are runnable once; a resumed run must not begin in their order.
  loop.drain();
  running.start();
  if (!loop.run())
    running.give_up(standstill());
  return running.outcome();
}

result<run_outcome> run_training(training_setup_ptr setup, const run_options& options,
                                 run_observer& observer) {
  const auto loop = make_loop(*setup, options);
  ECHELON_TRY(const auto running,
              open_run(std::move(setup), options, observer, *loop, [&loop] { loop->stop(); }));
  return run_to_end(*running, *loop);
}

}  // namespace echelon::actors
