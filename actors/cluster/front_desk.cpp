#include "actors/cluster/front_desk.hpp"

#include <utility>

#include <fmt/format.h>

namespace echelon::actors {

front_desk::front_desk(const tree& topology, std::string own_name, bool stands_in,
                       front_desk_outlets outlets)
    : topology_(topology), own_name_(std::move(own_name)), stands_in_(stands_in),
      out_(std::move(outlets)), seats_(topology), members_(topology) {}

void front_desk::ready(const std::string& peer, const std::string& listening, node_id seat_before) {
  guests_[peer] = {listening, seat_before};
  seat(peer);
}

void front_desk::seat(const std::string& peer) {
  const guest& who = guests_.at(peer);
  const auto seat = seats_.place({peer, who.seat_before, !who.listening.empty()});
  if (!seat)
    return out_.tell(fmt::format("{} waits: every seat it could take is taken", peer));
  if (ours_.erase(*seat) > 0) {
    leave(*seat);
    out_.step_down(*seat);
  }
  out_.tell(fmt::format("{} is {}", peer, to_string(*seat)));
  introduce(*seat);
}

void front_desk::introduce(node_id child) {
  const std::string& peer = seats_.occupant(child);
  if (peer.empty())
    return;
  const node_id parent = topology_.parent(child);
  if (parent.kind == role::coordinator || ours_.contains(parent))
    return out_.order(peer, {child, parent, own_name_, ""});
  const std::string& above = seats_.occupant(parent);
  if (above.empty() || !members_.present(parent))
    return;
  out_.expect(above, {child, peer});
  out_.order(peer, {child, parent, above, guests_.at(above).listening});
}

void front_desk::introduce_children(node_id edge) {
  for (const node_id child : topology_.children(edge))
    introduce(child);
}

void front_desk::arrive(node_id node) {
  if (!members_.arrive(node))
    return;
  if (node.kind == role::edge)
    introduce_children(node);
  out_.changed();
}

void front_desk::leave(node_id node) {
  if (!members_.leave(node))
    return;
  // Whoever was below has to find his parent again.
  if (node.kind == role::edge)
    for (const node_id child : topology_.children(node))
      leave(child);
  out_.changed();
}

void front_desk::taken(const std::string& peer, const seat_taken& what) {
  const auto seat = seats_.seat_of(peer);
  if (!seat || *seat != what.seat)
    return;
  if (!what.reached)
    return introduce(*seat);
  const node_id parent = topology_.parent(*seat);
  // An edge elsewhere says itself when a child has come.
  if (parent.kind != role::coordinator && !ours_.contains(parent))
    return;
  out_.seat_child(*seat, peer);
  arrive(*seat);
}

void front_desk::presence(const std::string& peer, const child_presence& what) {
  const auto edge = seats_.seat_of(peer);
  const bool known = edge && edge->kind == role::edge && what.child.kind != role::coordinator &&
                     !seats_.occupant(what.child).empty() && topology_.parent(what.child) == *edge;
  if (!known)
    return;
  if (what.here)
    return arrive(what.child);
  leave(what.child);
  introduce(what.child);
}

void front_desk::lost(const std::string& peer) {
  const auto seat = seats_.seat_of(peer);
  guests_.erase(peer);
  seats_.vacate(peer);
  if (!seat)
    return;
  leave(*seat);
  fill(*seat);
}

void front_desk::fill(node_id seat) {
  for (const std::string& spare : waiting()) {
    this->seat(spare);
    if (!seats_.occupant(seat).empty())
      return;
  }
  if (seat.kind != role::edge || !stands_in_)
    return;
  ours_.insert(seat);
  out_.tell(fmt::format("{} lives in this process until a node comes for it", to_string(seat)));
  out_.stand_in(seat);
  arrive(seat);
}

std::string front_desk::listening_of(const std::string& peer) const {
  const auto found = guests_.find(peer);
  return found == guests_.end() ? std::string{} : found->second.listening;
}

std::vector<std::string> front_desk::waiting() const {
  std::vector<std::string> names;
  for (const auto& [name, who] : guests_)
    if (!seats_.seat_of(name))
      names.push_back(name);
  return names;
}

}  // namespace echelon::actors
