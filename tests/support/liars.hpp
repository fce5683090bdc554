#pragma once

#include <caf/typed_event_based_actor.hpp>

#include "tests/support/small_training.hpp"

// Runs some of whose workers do not send what they computed.
namespace echelon::tests {

/// What a lying worker makes of an answer.
using lie = std::function<void(actors::coded_gradient&)>;
using liars = std::map<std::int32_t, lie>;

/// Every value times a factor.
inline lie scaled_by(double factor) {
  return [factor](actors::coded_gradient& told) {
    block_builder values = copy_of(told.answer.values);
    with_scalar(values.kind(), [&]<class Scalar>(Scalar) {
      for (Scalar& value : values.as<Scalar>())
        value *= static_cast<Scalar>(factor);
    });
    told.answer.values = block::freeze(std::move(values));
  };
}

struct forger_state {};

/// Stands between a worker and the coordinator.
inline actors::parent_handle::behavior_type
forger(actors::parent_handle::stateful_pointer<forger_state> self, actors::coordinator_handle root,
       lie change) {
  return {[self, root, change](actors::coded_gradient told) {
            change(told);
            self->send(root, std::move(told));
          },
          [self, root](const actors::work_report& what) { self->send(root, what); },
          [self, root](const actors::child_failed& what) { self->send(root, what); },
          [self, root](const actors::part_finished& what) { self->send(root, what); }};
}

/// Trains on a star in the simulated world.
inline finished_run train_among(const liars& lying, const actors::training_setup& made) {
  const auto setup = std::make_shared<const actors::training_setup>(made);
  const node_id top{role::coordinator, 0};
  const auto seat_all = [&](actors::host& here, actors::coordinator_handle root) {
    std::vector<actors::address<actors::child_handle>> seats;
    for (const node_id worker : setup->topology.children(top)) {
      actors::parent_handle parent = root;
      if (const auto found = lying.find(worker.number); found != lying.end())
        parent = here.spawn<actors::parent_handle, forger_state>({role::peer, worker.number},
                                                                 forger, root, found->second);
      seats.push_back({worker, here.spawn_worker(worker, {top, parent})});
    }
    return std::make_unique<actors::children>(here.context(), top, std::move(seats));
  };
  recording watch;
  const actors::run_options options;
  const auto loop = actors::make_virtual_loop(*setup, nanoseconds{0});
  auto running = actors::session::open(
      setup, options, watch, *loop, [&loop] { loop->stop(); }, seat_all);
  expects(running.has_value());
  loop->drain();
  (*running)->start();
  if (!loop->run())
    (*running)->give_up({errc::timed_out, "nothing is left to do"});
  return {(*running)->outcome(), std::move(watch.rounds)};
}

}  // namespace echelon::tests
