#include "actors/runtime/uplink.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <caf/typed_event_based_actor.hpp>

#include "algorithms/base/contract.hpp"

namespace echelon::runtime {
namespace {

using uplink_handle = caf::typed_actor<caf::reacts_to<caf::tick_atom>>;

/// Parked messages hold handles of actors, which must not outlive their system: the actor takes
/// them along when it exits.
struct uplink_actor_state {
  ~uplink_actor_state() {
    if (at_exit)
      at_exit();
  }
  std::function<void()> at_exit;
};

}  // namespace

uplink::uplink(event_loop& loop, const transmission::uplink_plan& plan,
               std::vector<node_id> senders, uplink_outlets outlets)
    : loop_(loop), plan_(plan), senders_(std::move(senders)), outlets_(std::move(outlets)),
      port_(plan, senders_) {}

caf::actor uplink::spawn(caf::actor_system& system, crash_handler on_crash) {
  const auto shell = [](uplink_handle::stateful_pointer<uplink_actor_state> self,
                        uplink* port) -> uplink_handle::behavior_type {
    self->state.at_exit = [port] {
      port->parked_.clear();
      port->self_ = nullptr;
    };
    return {[port](caf::tick_atom) { port->wake(); }};
  };
  const auto actor = spawn_role<uplink_handle, uplink_actor_state>(system, std::move(on_crash),
                                                                   shell, this);
  self_ = caf::actor_cast<caf::strong_actor_ptr>(actor);
  return caf::actor_cast<caf::actor>(actor);
}

void uplink::park(parked_message what) {
  const index sender = position(what.from);
  const std::int64_t ticket = ++last_ticket_;
  if (!plan_.arrivals)
    port_.submit(sender, ticket, plan_.chunks(8.0 * static_cast<double>(what.message.facts.bytes)));
  const double sent = port_.state().totals.sent[static_cast<std::size_t>(sender)];
  parked_.emplace(ticket, parked{std::move(what), sender, sent});
  arm();
}

void uplink::dismiss(node_id sender, index round) {
  for (auto one = parked_.begin(); one != parked_.end();) {
    const auto at = one++;
    if (at->second.what.from != sender || at->second.what.message.facts.round > round)
      continue;
    const double sent = port_.withdraw(at->second.sender, at->first);
    auto gone = parked_.extract(at);
    outlets_.dismissed(std::move(gone.mapped().what), std::llround(sent * plan_.chunk_bits / 8));
  }
  if (parked_.empty()) {
    loop_.cancel(std::exchange(alarm_, {}));
    window_slots_run_ = 0;
  }
}

index uplink::position(node_id sender) const {
  const auto found = std::ranges::find(senders_, sender);
  expects(found != senders_.end());
  return found - senders_.begin();
}

void uplink::arm() {
  if (parked_.empty() || alarm_ != timer_id{})
    return;
  const std::int64_t slot = plan_.slot.count();
  next_slot_ = std::max(next_slot_, (loop_.now().count() + slot - 1) / slot);
  alarm_ = loop_.schedule(
      nanoseconds{next_slot_ * slot},
      {self_, caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, caf::tick_atom_v)});
}

void uplink::wake() {
  alarm_ = {};
  while (!parked_.empty() && plan_.slot * next_slot_ <= loop_.now()) {
    if (plan_.arrivals)
      run_window_slot();
    else
      run_slot();
    ++next_slot_;
  }
  arm();
}

void uplink::run_slot() {
  const nanoseconds began = plan_.slot * next_slot_;
  for (const transmission::departure& left : port_.run(next_slot_)) {
    const auto into = std::llround(left.at * static_cast<double>(plan_.slot.count()));
    auto gone = parked_.extract(left.ticket);
    outlets_.sent(std::move(gone.mapped().what), began + nanoseconds{into});
  }
}

void uplink::run_window_slot() {
  std::vector<char> streaming(senders_.size());
  for (const auto& [ticket, one] : parked_)
    streaming[static_cast<std::size_t>(one.sender)] = 1;
  port_.run(next_slot_, streaming);
  if (++window_slots_run_ == plan_.arrivals->window_slots)
    end_window();
}

/// Every message becomes as long as what its sender got through.
void uplink::end_window() {
  window_slots_run_ = 0;
  for (auto& [ticket, one] : std::exchange(parked_, {})) {
    const double sent = port_.state().totals.sent[static_cast<std::size_t>(one.sender)] -
                        one.sent_before;
    message_facts& facts = one.what.message.facts;
    const std::int64_t head = facts.bytes - facts.payload_bits / 8;
    facts.payload_bits = std::llround(sent * plan_.chunk_bits);
    facts.bytes = head + (facts.payload_bits + 7) / 8;
    outlets_.sent(std::move(one.what), plan_.slot * (next_slot_ + 1));
  }
}

}  // namespace echelon::runtime
