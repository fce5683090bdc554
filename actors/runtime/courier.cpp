#include "actors/runtime/courier.hpp"

#include <algorithm>

#include "algorithms/base/hash.hpp"

namespace echelon::runtime {
namespace {

std::uint64_t name_word(node_id node) {
  return (static_cast<std::uint64_t>(node.kind) << 32) | static_cast<std::uint32_t>(node.number);
}

std::uint64_t extend(std::uint64_t hash, const trace_event& event) {
  hash = hash_combine(hash, static_cast<std::uint64_t>(event.time.count()));
  hash = hash_combine(hash, name_word(event.from));
  hash = hash_combine(hash, name_word(event.to));
  hash = hash_combine(hash, event.what.kind);
  hash = hash_combine(hash, static_cast<std::uint64_t>(event.what.round));
  return hash_combine(hash, event.what.payload_hash);
}

}  // namespace

courier::courier(event_loop& loop, const tree& topology, transmission::delay_model_ptr delays,
                 transmission::link_plan links)
    : loop_(loop), topology_(topology), delays_(std::move(delays)), links_(std::move(links)) {
  state_.links.resize(static_cast<std::size_t>(2 * (topology.workers() + topology.edges())));
}

void courier::restore(courier_state state) {
  expects(state.links.size() == state_.links.size());
  state_ = std::move(state);
}

void courier::subscribe(std::function<void(const trace_event&)> observer) {
  observers_.push_back(std::move(observer));
}

std::size_t courier::link_index(node_id child, transmission::direction way) const {
  const index node = child.kind == role::worker ? child.number : topology_.workers() + child.number;
  return static_cast<std::size_t>(2 * node + (way == transmission::direction::up ? 1 : 0));
}

void courier::deliver(transmission::direction way, node_id child, node_id from, node_id to,
                      const message_facts& facts, delivery what) {
  note(way, child, {loop_.now(), from, to, facts});
  const nanoseconds due = facts.bulk ? arrival(way, child, facts) : loop_.now();
  if (due > loop_.now())
    loop_.schedule(due, std::move(what));
  else
    what.receiver->enqueue(std::move(what.content), nullptr);
}

void courier::note(transmission::direction way, node_id child, const trace_event& event) {
  state_.trace_hash = extend(state_.trace_hash, event);
  link_count& link = state_.links[link_index(child, way)];
  ++link.messages;
  link.bytes += event.what.bytes;
  if (way == transmission::direction::up) {
    state_.totals.bytes_up += event.what.bytes;
    state_.totals.payload_bits_up += event.what.payload_bits;
  } else {
    state_.totals.bytes_down += event.what.bytes;
  }
  for (const auto& observer : observers_)
    observer(event);
}

nanoseconds courier::arrival(transmission::direction way, node_id child,
                             const message_facts& facts) {
  nanoseconds start = loop_.now();
  const node_id parent = topology_.parent(child);
  if (const auto medium = links_.medium(parent.kind, way)) {
    auto& media = way == transmission::direction::up ? state_.media_up : state_.media_down;
    std::int64_t& free_at = media[parent];
    const transmission::link_cost cost{.bandwidth_bps = medium->bandwidth_bps};
    start = std::max(start, nanoseconds{free_at}) + cost.transfer(facts.bytes);
    free_at = start.count();
  }
  const transmission::link_cost& cost = links_.cost(child.kind, way);
  return start + cost.transfer(facts.bytes) + to_nanoseconds(seconds{cost.latency_s}) +
         to_nanoseconds(delays_->link(child, facts.round, way));
}

}  // namespace echelon::runtime
