#include "actors/cluster/agent.hpp"

#include <utility>

namespace echelon::actors {

agent_handle::behavior_type agent(agent_handle::stateful_pointer<agent_state>,
                                  agent_orders orders) {
  return {
      [take = std::move(orders.take)](const take_seat& what) { take(what); },
      [expect = std::move(orders.expect)](const expect_child& what) { expect(what); },
      [meet = std::move(orders.meet)](const meet_peer& what) { meet(what); },
      [begin = std::move(orders.begin)](const begin_learning& what) { begin(what); },
      [over = std::move(orders.over)](const run_over& what) { over(what); },
  };
}

}  // namespace echelon::actors
