#include "actors/runtime/courier.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/base/hash.hpp"

namespace echelon::runtime {
namespace {

std::uint64_t name_word(node_id node) {
  return (static_cast<std::uint64_t>(node.kind) << 32) | static_cast<std::uint32_t>(node.number);
}

delivery copy_of(const delivery& what) {
  return {what.receiver, caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                                   what.content->copy_content_to_message())};
}

std::uint64_t extend(std::uint64_t hash, const trace_event& event) {
  hash = hash_combine(hash, static_cast<std::uint64_t>(event.time.count()));
  hash = hash_combine(hash, name_word(event.from));
  hash = hash_combine(hash, name_word(event.to));
  hash = hash_combine(hash, event.what.kind);
  hash = hash_combine(hash, static_cast<std::uint64_t>(event.what.round));
  return hash_combine(hash, event.what.payload_hash);
}

transmission::direction opposite(transmission::direction way) {
  using transmission::direction;
  return way == direction::up ? direction::down : direction::up;
}

}  // namespace

traffic_totals& traffic_totals::operator+=(const traffic_totals& other) {
  bytes_up += other.bytes_up;
  bytes_down += other.bytes_down;
  payload_bits_up += other.payload_bits_up;
  return *this;
}

traffic_totals traffic_totals::operator-(const traffic_totals& other) const {
  return {bytes_up - other.bytes_up, bytes_down - other.bytes_down,
          payload_bits_up - other.payload_bits_up};
}

courier::courier(event_loop& loop, const tree& topology, transmission::delay_model_ptr delays,
                 transmission::link_plan links, transmission::uplink_plan uplinks)
    : loop_(loop), topology_(topology), delays_(std::move(delays)), links_(std::move(links)),
      uplink_plan_(std::move(uplinks)) {
  state_.links.resize(static_cast<std::size_t>(2 * (topology.workers() + topology.edges())));
  add_uplink({role::coordinator, 0});
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge)
    add_uplink({role::edge, edge});
}

void courier::add_uplink(node_id parent) {
  using transmission::direction;
  if (!uplink_plan_.slots(parent.kind))
    return;
  const auto children = topology_.children(parent);
  uplink_outlets outlets;
  outlets.sent = [this](parked_message gone, nanoseconds when) {
    note(direction::up, gone.from, {loop_.now(), gone.from, gone.to, gone.message.facts});
    cross(direction::up, gone.from, std::move(gone.message), when);
  };
  outlets.dismissed = [this](parked_message back, std::int64_t bytes_sent) {
    count_bytes(direction::up, back.from, bytes_sent);
    if (back.instead.what.receiver != nullptr)
      carry_up(back.from, back.to, std::move(back.instead), {});
  };
  uplinks_.try_emplace(parent, loop_, uplink_plan_,
                       std::vector<node_id>(children.begin(), children.end()), std::move(outlets));
}

std::vector<caf::actor> courier::spawn_uplinks(caf::actor_system& system,
                                               const crash_handler& on_crash) {
  std::vector<caf::actor> spawned;
  for (auto& [parent, port] : uplinks_)
    spawned.push_back(port.spawn(system, on_crash));
  return spawned;
}

void courier::restore(courier_state state) {
  expects(state.links.size() == state_.links.size());
  for (auto& [parent, kept] : state.uplinks)
    uplinks_.at(parent).restore(std::move(kept));
  state.uplinks.clear();
  state_ = std::move(state);
}

courier_state courier::snapshot() const {
  courier_state all = state_;
  for (const auto& [parent, port] : uplinks_)
    all.uplinks.emplace(parent, port.state());
  return all;
}

std::map<std::string, double> courier::uplink_facts() const {
  std::vector<const transmission::port_state*> states;
  for (const auto& [parent, port] : uplinks_)
    states.push_back(&port.state());
  return transmission::port_facts(uplink_plan_, states);
}

void courier::subscribe(std::function<void(const trace_event&)> observer) {
  observers_.push_back(std::move(observer));
}

std::size_t courier::link_index(node_id child, transmission::direction way) const {
  const index node = child.kind == role::worker ? child.number : topology_.workers() + child.number;
  return static_cast<std::size_t>(2 * node + (way == transmission::direction::up ? 1 : 0));
}

void courier::subscribe_arrivals(std::function<void(const trace_event&)> observer) {
  arrival_observers_.push_back(std::move(observer));
}

void courier::carry_up(node_id from, node_id parent, parcel what, parcel instead) {
  if (interference_ == nullptr)
    return send_up(from, parent, std::move(what), std::move(instead));
  for (parcel& said : interference_->spoken(from, std::move(what)))
    send_up(from, parent, std::move(said), std::exchange(instead, {}));
}

void courier::send_up(node_id from, node_id parent, parcel what, parcel instead) {
  if (const auto port = uplinks_.find(parent); port != uplinks_.end() && what.facts.bulk) {
    port->second.park({from, parent, std::move(what), std::move(instead)});
    return;
  }
  note(transmission::direction::up, from, {loop_.now(), from, parent, what.facts});
  const nanoseconds start = what.facts.bulk ? through_medium(transmission::direction::up, from,
                                                             what.facts.bytes)
                                            : loop_.now();
  cross(transmission::direction::up, from, std::move(what), start);
}

void courier::carry_down(node_id from, node_id child, parcel what) {
  if (interference_ == nullptr)
    return send_down(from, child, std::move(what));
  for (parcel& said : interference_->spoken(from, std::move(what)))
    send_down(from, child, std::move(said));
}

void courier::send_down(node_id from, node_id child, parcel what) {
  const bool for_child = child.kind == role::worker || !what.facts.closes_below;
  if (what.facts.closes > 0 && for_child)
    if (const auto port = uplinks_.find(from); port != uplinks_.end())
      port->second.dismiss(child, what.facts.closes);
  note(transmission::direction::down, child, {loop_.now(), from, child, what.facts});
  const nanoseconds start = what.facts.bulk ? through_medium(transmission::direction::down, child,
                                                             what.facts.bytes)
                                            : loop_.now();
  cross(transmission::direction::down, child, std::move(what), start);
}

void courier::cross(transmission::direction way, node_id child, parcel what, nanoseconds start) {
  nanoseconds due = start;
  if (what.facts.bulk) {
    const transmission::link_cost& cost = links_.cost(child.kind, way);
    due += cost.transfer(what.facts.bytes) + to_nanoseconds(seconds{cost.latency_s}) +
           to_nanoseconds(delays_->link(child, what.facts.round, way));
  }
  deliver(way, child, std::move(what), due);
}

void courier::deliver(transmission::direction way, node_id child, parcel what, nanoseconds due) {
  const node_id parent = topology_.parent(child);
  const bool up = way == transmission::direction::up;
  const node_id from = up ? child : parent, to = up ? parent : child;
  if (interference_ == nullptr)
    return hand_over(from, to, what.facts, std::move(what.what), due);
  const auto moments = interference_->arrivals(way, child, what.facts, due);
  hand_over(from, to, std::move(what), moments);
}

void courier::hand_over(node_id from, node_id to, parcel what,
                        const std::vector<nanoseconds>& moments) {
  for (std::size_t copy = 0; copy < moments.size(); ++copy) {
    const bool last = copy + 1 == moments.size();
    hand_over(from, to, what.facts, last ? std::move(what.what) : copy_of(what.what),
              moments[copy]);
  }
}

void courier::hand_over(node_id from, node_id to, const message_facts& facts, delivery what,
                        nanoseconds due) {
  const trace_event event{std::max(due, loop_.now()), from, to, facts};
  for (const auto& observer : arrival_observers_)
    observer(event);
  post(due, std::move(what));
}

void courier::post(nanoseconds due, delivery what) {
  if (due > loop_.now())
    loop_.schedule(due, std::move(what));
  else
    what.receiver->enqueue(std::move(what.content), nullptr);
}

void courier::carry_across(node_id from, node_id to, parcel what) {
  if (interference_ == nullptr)
    return send_across(from, to, std::move(what));
  for (parcel& said : interference_->spoken(from, std::move(what)))
    send_across(from, to, std::move(said));
}

/// A peer's link is the one that delays know of a worker of its number; the sender pays for it.
void courier::send_across(node_id from, node_id to, parcel what) {
  const trace_event event{loop_.now(), from, to, what.facts};
  state_.trace_hash = extend(state_.trace_hash, event);
  link_count& link = state_.across[{from, to}];
  ++link.messages;
  link.bytes += what.facts.bytes;
  state_.totals.bytes_up += what.facts.bytes;
  state_.totals.payload_bits_up += what.facts.payload_bits;
  for (const auto& observer : observers_)
    observer(event);
  nanoseconds due = loop_.now();
  if (what.facts.bulk) {
    using transmission::direction;
    const transmission::link_cost& cost = links_.cost(role::worker, direction::up);
    std::int64_t& free_at = state_.media_up[from];
    due = std::max(due, nanoseconds{free_at}) + cost.transfer(what.facts.bytes);
    free_at = due.count();
    due += to_nanoseconds(seconds{cost.latency_s}) +
           to_nanoseconds(
               delays_->link({role::worker, from.number}, what.facts.round, direction::up));
  }
  if (interference_ == nullptr)
    return hand_over(from, to, what.facts, std::move(what.what), due);
  const auto moments = interference_->arrivals_across(from, to, what.facts, due);
  hand_over(from, to, std::move(what), moments);
}

void courier::note(transmission::direction way, node_id child, const trace_event& event) {
  state_.trace_hash = extend(state_.trace_hash, event);
  if (child != apart_)
    count(way, child, event.what);
  for (const auto& observer : observers_)
    observer(event);
}

void courier::count(transmission::direction way, node_id child, const message_facts& what) {
  ++state_.links[link_index(child, way)].messages;
  count_bytes(way, child, what.bytes);
  count_bytes(opposite(way), child, what.bytes_back);
  if (way == transmission::direction::up)
    state_.totals.payload_bits_up += what.payload_bits;
}

void courier::arrived(node_id child, const message_facts& what) {
  count(transmission::direction::up, child, what);
}

traffic_totals courier::take_traffic() {
  if (!apart_)
    return {};
  const traffic_totals before = std::exchange(told_, state_.totals);
  return state_.totals - before;
}

void courier::count_bytes(transmission::direction way, node_id child, std::int64_t bytes) {
  state_.links[link_index(child, way)].bytes += bytes;
  (way == transmission::direction::up ? state_.totals.bytes_up : state_.totals.bytes_down) += bytes;
}

nanoseconds courier::through_medium(transmission::direction way, node_id child,
                                    std::int64_t bytes) {
  const node_id parent = topology_.parent(child);
  const auto medium = links_.medium(parent.kind, way);
  if (!medium)
    return loop_.now();
  auto& media = way == transmission::direction::up ? state_.media_up : state_.media_down;
  std::int64_t& free_at = media[parent];
  const transmission::link_cost cost{.bandwidth_bps = medium->bandwidth_bps};
  const nanoseconds passed = std::max(loop_.now(), nanoseconds{free_at}) + cost.transfer(bytes);
  free_at = passed.count();
  return passed;
}

}  // namespace echelon::runtime
