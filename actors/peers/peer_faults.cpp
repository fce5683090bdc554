#include <caf/send.hpp>

#include "actors/peers/peer_session.hpp"

// What faults do to a run of peers.
namespace echelon::actors {

void peer_session::round_teller::on_round(const round_record& record) {
  of_.observer_.on_round(record);
  of_.tell_faults(record.round + 1);
}

void peer_session::tell_faults(index round) {
  if (fault_injector* faults = host_.context().faults)
    faults->begin_round(round);
}

/// Lets the setup's faults happen, from the first message on.
void peer_session::suffer() {
  if (options_.world != world_kind::simulated)
    return host_.suffer({role::peer, 0}, share_of_run::whole);
  if (setup_->faults.empty())
    return;
  faults_.emplace(
      host_, static_cast<mortal_nodes&>(*this), loop_,
      departures{[this](node_id node, bool there) { observer_.on_node(node, there); }, {}, {}});
  host_.context().faults = &faults_->injector();
}

void peer_session::tell_presence(std::int32_t to, std::int32_t of, bool here) {
  caf::anon_send(peers_.at(to), neighbour_presence_changed{of, here});
}

/// Whom it cannot reach, though others can.
void peer_session::tell_cuts(std::int32_t newcomer) {
  for (const auto& [ends, cuts] : cuts_)
    if (cuts > 0 && (ends.first == newcomer || ends.second == newcomer))
      tell_presence(newcomer, ends.first == newcomer ? ends.second : ends.first, false);
}

void peer_session::part(const faults::scheduled_fault& links, bool apart) {
  for (std::int32_t a = 0; a < std::ssize(books_); ++a)
    for (std::int32_t b = a + 1; b < std::ssize(books_); ++b) {
      const bool bends = links.among.cross(peer_node(a), peer_node(b), faults::sense::both);
      if (!bends || !meet(*setup_->peers, a, b))
        continue;
      int& cuts = cuts_[{a, b}];
      cuts += apart ? 1 : -1;
      if (cuts != (apart ? 1 : 0))
        continue;
      tell_presence(a, b, !apart);
      tell_presence(b, a, !apart);
    }
}

}  // namespace echelon::actors
