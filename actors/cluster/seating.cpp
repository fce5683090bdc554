#include "actors/cluster/seating.hpp"

#include <algorithm>

namespace echelon::actors {
namespace {

std::vector<node_id> all_seats(const tree& topology) {
  std::vector<node_id> seats;
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge)
    seats.push_back({role::edge, edge});
  for (std::int32_t worker = 0; worker < topology.workers(); ++worker)
    seats.push_back({role::worker, worker});
  return seats;
}

/// "worker-3" and "worker/3" are the third worker's.
bool bears_name_of(const std::string& name, node_id seat) {
  std::string slashed = name;
  std::ranges::replace(slashed, '-', '/');
  return slashed == to_string(seat);
}

}  // namespace

bool seating::may_sit(const candidate& who, node_id seat) const {
  const bool known = (seat.kind == role::edge && seat.number < topology_.edges()) ||
                     (seat.kind == role::worker && seat.number < topology_.workers());
  return known && seat.number >= 0 && !occupants_.contains(seat) &&
         (seat.kind == role::worker || who.listens);
}

std::optional<node_id> seating::place(const candidate& who) {
  if (const auto sits = seat_of(who.name))
    return sits;
  std::vector<node_id> free = free_seats();
  std::erase_if(free, [&](node_id seat) { return !may_sit(who, seat); });
  if (free.empty())
    return std::nullopt;
  node_id chosen = free.front();
  for (const node_id seat : free)
    if (bears_name_of(who.name, seat))
      chosen = seat;
  if (may_sit(who, who.seat_before))
    chosen = who.seat_before;
  occupants_[chosen] = who.name;
  seats_[who.name] = chosen;
  return chosen;
}

void seating::vacate(const std::string& name) {
  if (const auto found = seats_.extract(name))
    occupants_.erase(found.mapped());
}

const std::string& seating::occupant(node_id seat) const {
  static const std::string nobody;
  const auto found = occupants_.find(seat);
  return found == occupants_.end() ? nobody : found->second;
}

std::optional<node_id> seating::seat_of(const std::string& name) const {
  const auto found = seats_.find(name);
  return found == seats_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<node_id> seating::free_seats() const {
  std::vector<node_id> seats = all_seats(topology_);
  std::erase_if(seats, [this](node_id seat) { return occupants_.contains(seat); });
  return seats;
}

}  // namespace echelon::actors
