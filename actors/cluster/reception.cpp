#include "actors/cluster/reception.hpp"

#include <utility>

#include <fmt/format.h>

namespace echelon::actors {

reception_handle::behavior_type reception(reception_handle::stateful_pointer<reception_state> self,
                                          reception_room* room, std::string peer) {
  return {
      [self, room, peer](const join_run& what) -> caf::result<run_brief> {
        if (what.version != room->version) {
          const std::string reason = fmt::format(
              "{} runs Echelon {}, the coordinator {}; both must be of one version", peer,
              what.version, room->version);
          room->tell(reason);
          return caf::make_error(caf::sec::incompatible_versions, reason);
        }
        self->state = {what.listening, what.seat, true};
        return room->brief;
      },
      [room](const rows_wanted& what) -> caf::result<training_rows> {
        auto rows = room->rows(what.first);
        if (!rows)
          return caf::make_error(caf::sec::invalid_argument, rows.error().detail);
        return *std::move(rows);
      },
      [self, room, peer](const node_ready&) {
        if (self->state.joined)
          room->desk.ready(peer, self->state.listening, self->state.seat_before);
      },
      [room, peer](const seat_taken& what) { room->desk.taken(peer, what); },
      [room, peer](const child_presence& what) { room->desk.presence(peer, what); },
      [room, peer](const peer_met& what) {
        if (room->met)
          room->met(peer, what);
      },
      [self, room, peer](const standing_by&) {
        if (self->state.joined && room->stands_by)
          room->stands_by(peer);
      },
  };
}

}  // namespace echelon::actors
