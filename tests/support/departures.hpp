#pragma once

#include <caf/send.hpp>

#include "tests/support/small_training.hpp"

// Runs whose nodes leave while others stay.
namespace echelon::tests {

/// A worker or an edge that ends after so many messages, and is known to be gone a little later.
struct departure {
  node_id node;
  std::int64_t after = 0;
  std::int64_t noticed_after = 0;
};

inline finished_run train_while_they_leave(const actors::training_setup& made,
                                           const std::vector<departure>& leaving) {
  const auto setup = std::make_shared<const actors::training_setup>(made);
  actors::membership members{setup->topology};
  for (std::int32_t edge = 0; edge < setup->topology.edges(); ++edge)
    members.arrive({role::edge, edge});
  for (std::int32_t worker = 0; worker < setup->topology.workers(); ++worker)
    members.arrive({role::worker, worker});
  actors::run_options options{.members = &members, .members_wait = seconds{1e4}};
  for (const departure& each : leaving)
    options.crashes.push_back({each.node, each.after});
  recording watch;
  const auto loop = actors::make_virtual_loop(*setup, nanoseconds{0});
  auto running = actors::session::open(setup, options, watch, *loop, [&loop] { loop->stop(); });
  expects(running.has_value());
  std::int64_t messages = 0;
  (*running)->here().mail().subscribe([&](const runtime::trace_event&) {
    ++messages;
    for (const departure& each : leaving)
      if (each.noticed_after == messages && members.leave(each.node))
        caf::anon_send((*running)->root(), actors::members_changed{});
  });
  loop->drain();
  (*running)->start();
  if (!loop->run())
    (*running)->give_up({errc::timed_out, "nothing is left to do"});
  return {(*running)->outcome(), std::move(watch.rounds)};
}

}  // namespace echelon::tests
