#include "actors/peers/peer.hpp"

#include "actors/peers/peer_life.hpp"

namespace echelon::actors {

peer_surroundings::peer_surroundings(role_context& shared) : context(shared) {
  for (int lane = 0; lane < context.pool.lanes(); ++lane)
    scratch.push_back(context.setup->model->make_workspace());
}

peer_handle::behavior_type peer(peer_handle::stateful_pointer<peer_actor_state> self,
                                peer_surroundings* around, std::int32_t number,
                                neighbour_book neighbours) {
  const auto life = std::make_shared<peer_life>(self, *around, number, std::move(neighbours));
  self->state.life = life;
  self->set_down_handler([life = life.get()](caf::down_msg& what) { life->ended(what.source); });
  const auto pass_on = [life = life.get()](const auto& what) { life->receive(what); };
  return {
      [pass_on](const peer_parcel& what) { pass_on(what); },
      [pass_on](const parcel_verdict& what) { pass_on(what); },
      [pass_on](const gradient_request& what) { pass_on(what); },
      [pass_on](const gradient_answer& what) { pass_on(what); },
      [pass_on](const join_request& what) { pass_on(what); },
      [pass_on](const join_offer& what) { pass_on(what); },
      [pass_on](const peer_joins& what) { pass_on(what); },
      [pass_on](const peer_returns& what) { pass_on(what); },
      [pass_on](const parcel_wanted& what) { pass_on(what); },
      [pass_on](const graph_coming& what) { pass_on(what); },
      [pass_on](const graph_changed& what) { pass_on(what); },
      [pass_on](const peer_welcome& what) { pass_on(what); },
      [life = life.get()](const begin_peer& what) { life->begin(what); },
      [life = life.get()](const neighbour_presence_changed& what) {
        life->neighbour(what.peer, what.here);
      },
      [life = life.get()](const steps_due&) { life->steps_fell_due(); },
      [life = life.get()](const patience_over& what) { life->patience_ended(what.wait); },
      [life = life.get()](const work_done& what) { life->finished(what); },
      [pass_on](const gradient_found& what) { pass_on(what); },
  };
}

}  // namespace echelon::actors
