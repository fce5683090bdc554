#pragma once

#include <cstdint>
#include <string>

#include <caf/atom.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "actors/messages.hpp"
#include "actors/peers/peer_messages.hpp"
#include "actors/record.hpp"
#include "algorithms/base/blob.hpp"
#include "algorithms/base/node.hpp"

namespace echelon {

constexpr bool is_known(role kind) { return kind <= role::peer; }

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_id& x) {
  return f(caf::meta::type_name("node_id"), x.kind, x.number);
}

}  // namespace echelon

/// What the coordinator's process and the nodes' processes say to each other about who is where.
/// The roles themselves speak through the messages of actors/messages.hpp. A coordinator's seat
/// means: none.
namespace echelon::actors {

inline constexpr node_id no_seat{role::coordinator, 0};

constexpr bool is_known(run_status status) { return status <= run_status::interrupted; }

/// Node to coordinator, first.
struct join_run {
  std::string version;    ///< of Echelon; both must agree
  std::string listening;  ///< where other nodes reach this one; empty: nowhere
  node_id seat;           ///< the one it had before
};

/// The answer: what the run is. Large value: the scenario.
struct run_brief {
  std::uint64_t run = 0;  ///< another one for each start of the coordinator
  blob scenario;          ///< resolved, as TOML
  bool ships_data = false;
  double peer_timeout_s = 0;
};

/// Node to coordinator, where data are shipped: the training samples from this one on.
struct rows_wanted {
  std::int64_t first = 0;
};

/// Some training samples, with everything else a dataset says of itself.
/// Shapes: features are rows x (channels x height x width); of labels and targets one is empty.
struct training_rows {
  std::string name;
  std::int64_t channels = 0, height = 0, width = 0;
  std::int64_t classes = 0;
  bool images = false;
  std::int64_t count = 0;  ///< of the whole set
  std::int64_t first = 0;
  block features;
  blob labels;   ///< 32-bit integers
  blob targets;  ///< floats
  blob groups;   ///< 32-bit integers, or empty
};

/// Standby to coordinator, after joining: I go on with the run if you cannot.
struct standing_by {};

/// Node to coordinator: I have everything but a seat.
struct node_ready {};

/// Coordinator to node: this is who you are, and this is who your parent is.
struct take_seat {
  node_id seat;
  node_id parent;
  std::string parent_peer;
  std::string parent_address;  ///< empty: the coordinator's process
};

/// Coordinator to an edge's node: that peer will speak for your child.
struct expect_child {
  node_id child;
  std::string peer;
};

/// Node to coordinator: I sit there and have reached my parent, or failed to.
struct seat_taken {
  node_id seat;
  bool reached = true;
};

/// An edge's node to the coordinator: a child has come, or is lost.
struct child_presence {
  node_id child;
  bool here = false;
};

/// Monitor's process to a peer's: that process is a neighbour.
struct meet_peer {
  std::int32_t peer = 0;
  std::string name;
  std::string address;  ///< where to call; empty: it will call
};

/// A peer's process to the monitor's: we have met, or it is gone.
struct peer_met {
  std::int32_t peer = 0;
  bool here = true;
};

/// Monitor's process to a peer's: everybody is there; or, to one that comes later, its neighbours.
struct begin_learning {
  bool joins = false;
};

/// Coordinator to node: the run is over.
struct run_over {
  run_status status = run_status::done;
  std::string reason;
};

#define ECHELON_INSPECT(type, ...)                                                  \
  template <class Inspector>                                                        \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) { \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);               \
  }

ECHELON_INSPECT(join_run, x.version, x.listening, x.seat)
ECHELON_INSPECT(run_brief, x.run, x.scenario, x.ships_data, x.peer_timeout_s)
ECHELON_INSPECT(rows_wanted, x.first)
ECHELON_INSPECT(training_rows, x.name, x.channels, x.height, x.width, x.classes, x.images, x.count,
                x.first, x.features, x.labels, x.targets, x.groups)
ECHELON_INSPECT(node_ready)
ECHELON_INSPECT(take_seat, x.seat, x.parent, x.parent_peer, x.parent_address)
ECHELON_INSPECT(expect_child, x.child, x.peer)
ECHELON_INSPECT(seat_taken, x.seat, x.reached)
ECHELON_INSPECT(child_presence, x.child, x.here)
ECHELON_INSPECT(meet_peer, x.peer, x.name, x.address)
ECHELON_INSPECT(peer_met, x.peer, x.here)
ECHELON_INSPECT(begin_learning, x.joins)
ECHELON_INSPECT(run_over, x.status, x.reason)
ECHELON_INSPECT(standing_by)

#undef ECHELON_INSPECT

/// The coordinator's side of one node: one actor for each, so that nobody can speak for another.
using reception_handle = caf::typed_actor<
    caf::replies_to<join_run>::with<run_brief>, caf::replies_to<rows_wanted>::with<training_rows>,
    caf::reacts_to<node_ready>, caf::reacts_to<seat_taken>, caf::reacts_to<child_presence>,
    caf::reacts_to<peer_met>, caf::reacts_to<standing_by>>;

/// A node's process, as the coordinator sees it.
using agent_handle = caf::typed_actor<caf::reacts_to<take_seat>, caf::reacts_to<expect_child>,
                                      caf::reacts_to<meet_peer>, caf::reacts_to<begin_learning>,
                                      caf::reacts_to<run_over>>;

}  // namespace echelon::actors

CAF_BEGIN_TYPE_ID_BLOCK(echelon_cluster, caf::id_block::echelon_peers::end)
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::join_run))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::run_brief))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::rows_wanted))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::training_rows))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::node_ready))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::take_seat))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::expect_child))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::seat_taken))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::child_presence))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::meet_peer))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::peer_met))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::begin_learning))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::run_over))
CAF_ADD_TYPE_ID(echelon_cluster, (echelon::actors::standing_by))
CAF_END_TYPE_ID_BLOCK(echelon_cluster)
