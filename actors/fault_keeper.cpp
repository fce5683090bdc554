#include "actors/fault_keeper.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

using keeper_handle = caf::typed_actor<caf::reacts_to<fault_turn>>;

/// Timers need somebody to ring at.
struct keeper_state {
  std::function<void(const fault_turn&)> act;
};

keeper_handle::behavior_type keeper(keeper_handle::stateful_pointer<keeper_state> self,
                                    std::function<void(const fault_turn&)> act) {
  self->state.act = std::move(act);
  return {[self](const fault_turn& what) { self->state.act(what); }};
}

}  // namespace

fault_keeper::fault_keeper(host& here, mortal_nodes& nodes, runtime::event_loop& loop,
                           departures tell)
    : here_(here), nodes_(nodes), loop_(loop), plan_(here.context().setup->faults),
      injector_(plan_, here.context().setup->topology, loop, here.context().setup->delay_seed),
      tell_(std::move(tell)) {
  if (!plan_.moves_nodes() || here_.context().setup->peers)
    return;
  const tree& topology = here_.context().setup->topology;
  members_.emplace(topology);
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge)
    members_->arrive({role::edge, edge});
  for (std::int32_t worker = 0; worker < topology.workers(); ++worker)
    members_->arrive({role::worker, worker});
}

fault_keeper::~fault_keeper() {
  here_.mail().suffer(nullptr);
  loop_.hold_timers({});
}

void fault_keeper::start() {
  const auto actor = here_.spawn_helper<keeper_handle, keeper_state>(
      keeper, std::function<void(const fault_turn&)>{[this](const fault_turn& what) {
        act(static_cast<std::size_t>(what.fault), static_cast<turn>(what.what));
      }});
  self_ = caf::actor_cast<caf::strong_actor_ptr>(actor);
  here_.mail().suffer(&injector_);
  loop_.hold_timers([this](std::uint64_t receiver, nanoseconds due) {
    const auto node = here_.node_of(receiver);
    return node ? injector_.held_until(*node, due) : due;
  });
  injector_.on_begin([this](std::size_t fault) { schedule(fault); });
  for (std::size_t fault = 0; fault < plan_.faults.size(); ++fault)
    if (injector_.spell_of(fault))
      schedule(fault);
}

void fault_keeper::schedule(std::size_t fault, turn what, nanoseconds when) {
  if (when < loop_.now())  // before this sitting: a resumed run begins with those who are there
    return act(fault, what);
  loop_.schedule(when,
                 {self_, caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                                   fault_turn{static_cast<std::int64_t>(fault),
                                                              static_cast<std::uint8_t>(what)})});
}

void fault_keeper::schedule(std::size_t fault) {
  const faults::scheduled_fault& one = plan_.faults[fault];
  const faults::spell when = *injector_.spell_of(fault);
  const nanoseconds fatal = faults::fatal_after(one, plan_.peer_timeout);
  // A resumed run begins after what was over when its checkpoint was written, and without what
  // ended the coordinator: faults that hold at no time.
  if (fatal == faults::never || when.until <= std::max(when.from, loop_.now()) ||
      (one.at == the_coordinator && (!one.what->kills() || when.from < loop_.now())))
    return;
  schedule(fault, turn::ends, when.from + fatal);
  if (one.at == the_coordinator)
    return;
  schedule(fault, turn::leaves, std::min(when.from + plan_.peer_timeout, when.until));
  if (when.until != faults::never)
    schedule(fault, turn::returns, when.until);
}

/// Whether another fault that it does not survive still holds.
bool fault_keeper::kept_away(node_id node) const {
  for (std::size_t fault = 0; fault < plan_.faults.size(); ++fault) {
    const faults::scheduled_fault& one = plan_.faults[fault];
    if (one.at == node && faults::fatal_after(one, plan_.peer_timeout) != faults::never &&
        injector_.holds(fault))
      return true;
  }
  return false;
}

void fault_keeper::act(std::size_t fault, turn what) {
  const faults::scheduled_fault& one = plan_.faults[fault];
  if (one.at == the_coordinator)
    return tell_.coordinator_died();
  if (one.at.kind == role::peer && one.on_link())
    return what == turn::leaves ? void() : nodes_.part(one, what == turn::ends);
  if (what == turn::returns)
    return kept_away(one.at) ? void() : bring_back(one.at, one.what->remembers());
  if (what == turn::ends) {
    if (nodes_.end(one.at))
      tell_.moved(one.at, false);
    return;
  }
  if (members_ && nodes_.gone(one.at) && members_->leave(one.at))
    tell_.members_changed();
}

void fault_keeper::bring_back(node_id node, bool remembers) {
  if (!remembers && node.kind != role::peer)
    here_.context().senders.forget(node);
  if (!nodes_.bring_back(node))
    return;
  if (members_)
    members_->arrive(node);
  tell_.moved(node, true);
  if (members_)
    tell_.members_changed();
}

}  // namespace echelon::actors
