#include "actors/peers/peer_session.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/peers/peering.hpp"

namespace echelon::actors {
namespace {

constexpr node_id the_monitor{role::coordinator, 0};

std::map<std::pair<node_id, node_id>, runtime::link_count> links_of(const peer_memories& all) {
  std::map<std::pair<node_id, node_id>, runtime::link_count> links;
  for (std::int32_t from = 0; from < std::ssize(all); ++from)
    if (all[slot(from)])
      for (const auto& [to, count] : all[slot(from)]->sent)
        links[{{role::peer, from}, {role::peer, static_cast<std::int32_t>(to)}}] = count;
  return links;
}

}  // namespace

bool meet(const peering& plan, index a, index b) {
  if (plan.reweigh || (plan.mixes && plan.mixes->traits().with == merging::exchange::everyone))
    return true;
  for (index round = 0; round < plan.network.period(); ++round)
    if (plan.network.graph(round).has({a, b}) || plan.network.graph(round).has({b, a}))
      return true;
  return false;
}

peer_session::peer_session(training_setup_ptr setup, const run_options& options,
                           run_observer& observer, runtime::event_loop& loop,
                           std::function<void()> ended, bool peers_here)
    : setup_(std::move(setup)), options_(options), observer_(observer),
      began_(std::chrono::steady_clock::now()), ended_(std::move(ended)), loop_(loop),
      host_(setup_, loop_, make_pool(options), options.world == world_kind::simulated,
            [this](const std::string& what) {
              finish({run_status::failed, error{errc::not_supported, "an actor threw: " + what}});
            }),
      desk_(std::make_shared<monitor_desk>(
          setup_,
          coordinator_hooks{&teller_, {}, [this](run_end end) { finish(std::move(end)); }})),
      around_(host_.context()),
      monitor_(host_.spawn<monitor_handle, monitor_state>(the_monitor, monitor, desk_)) {
  around_.monitor = monitor_;
  around_.remembers = !options_.checkpoint_file.empty();
  if (peers_here) {
    desk_->hooks.save = [this](const checkpoint& mark) { return save(mark); };
    bring_up();
    suffer();
  }
  if (!options_.crashes.empty())
    host_.mail().subscribe([this](const runtime::trace_event&) { crash_due(); });
}

peer_session::~peer_session() = default;

result<void> peer_session::restore(const checkpoint& from) {
  ECHELON_TRY(peer_memories known, memories_from_bytes(from.peers, *setup_));
  runtime::courier_state links = from.links;
  links.across = links_of(known);
  host_.mail().restore(std::move(links));
  wall_before_s_ = from.so_far.wall_s;
  messages_before_ = from.so_far.messages;
  desk_->book.restore(from.so_far, std::move(known));
  return {};
}

result<void> peer_session::save(const checkpoint& mark) const {
  if (options_.checkpoint_file.empty())
    return {};
  checkpoint stamped = mark;
  stamped.scenario = options_.scenario;
  stamped.so_far.wall_s = wall_s();
  stamped.so_far.messages = messages_before_ + loop_.handled();
  stamped.links = host_.mail().state();
  stamped.links.media_up.clear();
  return save_checkpoint(options_.checkpoint_file, stamped);
}

double peer_session::wall_s() const {
  return wall_before_s_ + seconds{std::chrono::steady_clock::now() - began_}.count();
}

void peer_session::bring_up() {
  for (std::int32_t number = 0; number < setup_->peers->peers(); ++number) {
    books_.push_back(std::make_shared<std::map<index, neighbour_handle>>());
    spawn(number);
  }
  for (std::int32_t number = 0; number < std::ssize(books_); ++number)
    for (const auto& [other, actor] : peers_)
      if (other != number && meet(*setup_->peers, number, other))
        (*books_[slot(number)])[other] = actor;
}

void peer_session::spawn(std::int32_t number) {
  peers_[number] = host_.spawn<peer_handle, peer_actor_state>({role::peer, number}, peer, &around_,
                                                              number, books_[slot(number)]);
  desk_->peers[number] = peers_[number].address();
  desk_->hearers[number] = peers_[number];
}

/// Gives a peer's seat to a new one, who joins those under way.
void peer_session::replace(std::int32_t number) {
  spawn(number);
  for (const neighbour_book& book : books_)
    if (const auto known = book->find(number); known != book->end())
      known->second = peers_[number];
  tell_cuts(number);
  caf::anon_send(peers_[number], begin_peer{.joins = true});
}

void peer_session::seat(std::int32_t number, graph_hearer_handle peer) {
  desk_->hearers[number] = std::move(peer);
}

/// Who was gone when the checkpoint was written joins the others anew.
void peer_session::tell_absences() {
  for (std::int32_t absent = 0; absent < std::ssize(books_); ++absent)
    if (desk_->book.summary().rounds > 0 && !desk_->book.memories()[slot(absent)]) {
      caf::anon_send(monitor_, peer_gone{absent});
      for (const auto& [number, actor] : peers_)
        if (number != absent)
          tell_presence(number, absent, false);
    }
}

void peer_session::start() {
  if (options_.interrupted)
    loop_.watch(options_.interrupted, [this] { interrupt(); });
  if (faults_)
    faults_->start();
  tell_faults(desk_->book.summary().rounds + 1);
  caf::anon_send(monitor_, begin_run{});
  tell_absences();
  const index round = desk_->book.summary().rounds;
  for (const auto& [number, actor] : peers_) {
    const peer_memory_ptr& memory = desk_->book.memories()[slot(number)];
    const bool joins = round > 0 && !memory;
    caf::anon_send(actor, begin_peer{round, memory, joins});
  }
}

void peer_session::interrupt() { caf::anon_send(monitor_, interrupt_run{}); }

void peer_session::give_up(error reason) {
  const bool asked = reason.code == errc::interrupted;
  finish({asked ? run_status::interrupted : run_status::failed, std::move(reason)});
}

/// Ends the actors whose time has come: at once, but between two messages.
void peer_session::crash_due() {
  ++sent_;
  for (const node_crash& coming : options_.crashes)
    if (coming.after_messages == sent_)
      host_.crash(coming.node);
    else if (coming.replaced_after == sent_)
      replace(coming.node.number);
}

void peer_session::finish(run_end end) {
  if (end_)
    return;
  end_ = std::move(end);
  ended_();
}

block peer_session::weights() const {
  const block& newest = desk_->book.models().front();
  return newest.empty() ? setup_->model->initial_state(setup_->init_seed) : newest;
}

run_outcome peer_session::outcome() const {
  expects(end_.has_value());
  run_outcome left{desk_->book.summary(), desk_->book.models().front(), desk_->book.models()};
  const runtime::courier& mail = host_.mail();
  left.summary.status = end_->status;
  left.summary.reason = end_->reason;
  left.summary.virtual_clock = options_.world == world_kind::simulated;
  left.summary.wall_s = wall_s();
  left.summary.weights_hash = desk_->book.weights_hash();
  left.summary.messages = messages_before_ + loop_.handled();
  if (left.summary.virtual_clock)
    left.summary.trace_hash = mail.state().trace_hash;
  for (const auto& [ends, count] : mail.state().across)
    left.summary.links.push_back({ends.first, ends.second, count.messages, count.bytes});
  return left;
}

}  // namespace echelon::actors
