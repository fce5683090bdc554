#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "actors/messages.hpp"
#include "actors/peers/peer_memory.hpp"

/// What peers say to each other, to the monitor that keeps the run's books, and to themselves.
namespace echelon::actors {

/// Behind those of message_kind: part of the trace.
enum class peer_message_kind : std::uint8_t {
  peer_parcel = 32,
  parcel_verdict,
  gradient_request,
  gradient_answer,
  join_request,
  join_offer,
  peer_joins,
  peer_returns,
  parcel_wanted,
};

inline node_id peer_node(index peer) { return {role::peer, static_cast<std::int32_t>(peer)}; }

/// Peer to peer: what I offer in an exchange. Large value: the vectors, one behind the other.
struct peer_parcel {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;  ///< counted by all peers alike, from 1; 0: an order to be taken up
  std::uint64_t spec = 0;     ///< of the sender's network
  block values;
  std::int32_t vectors = 1;
  std::vector<double> numbers;
  /// The step of a gradient_request whose parameters these values go on with; below 0: of none.
  std::int64_t behind = -1;
};

/// Peer to peer: send me what you offer in this exchange; my hands are free for it.
struct parcel_wanted {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;
};

/// Peer to peer: whether your parcel came, so that an edge counts at both ends or at none.
struct parcel_verdict {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;
  bool came = false;
};

/// Peer to peer: the gradient of these weights on your batch of that step. Large value.
struct gradient_request {
  std::int32_t peer = 0;
  std::int64_t step = 0;
  block point;
};

/// The answer. Large value: the mean gradient.
struct gradient_answer {
  std::int32_t peer = 0;
  std::int64_t step = 0;
  block gradient;
};

/// A new peer to those it will hear: from which exchange on can you count me in?
struct join_request {
  std::int32_t peer = 0;
  std::int32_t ask = 0;  ///< from 1; what is not more than before was sent before
};

/// The answer: from this one on, which I do not open before you have told me yours.
struct join_offer {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;  ///< 0: I am new myself, or done
};

/// The new peer's word: I take part from this exchange on, with a model of the sponsor's, who sends
/// me one before.
struct peer_joins {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;
  std::int32_t sponsor = 0;
};

/// Peer to peer: we had lost each other. This is the next exchange that I open; we count each other
/// in from the later one of mine and yours on.
struct peer_returns {
  std::int32_t peer = 0;
  std::int64_t exchange = 0;  ///< 0: I am done
  bool answers = false;       ///< your word; else I open it when I have yours
};

/// Monitor to peer: a graph with more links is coming. Open no exchange before it is there.
struct graph_coming {
  std::int64_t change = 0;  ///< counted from 1
};

/// The answer: this is the next exchange that I would open.
struct graph_answer {
  std::int32_t peer = 0;
  std::int64_t change = 0;
  std::int64_t exchange = 0;
};

/// Monitor to peer: the graph from this exchange on, which nobody has opened.
struct graph_changed {
  std::int64_t change = 0;
  std::int64_t exchange = 0;
  std::vector<std::int32_t> ends;  ///< of the links added to the first graph, both of each
};

/// Monitor to a newcomer, behind all that the others were told of the graph.
struct peer_welcome {};

/// Loss and correct answers over the test set.
struct test_sums {
  double loss = 0;
  std::int64_t correct = 0;
  std::int64_t samples = 0;  ///< 0: the model was not tested
};

/// What a peer's merges of a round came to; means over classes and neighbours.
struct merge_facts {
  std::int32_t matched = 0;  ///< neighbours whose units were matched
  double likeness = 0;       ///< of matched units
  double kept_share = 1;     ///< of units that kept their number
  double dead_units = 0;
  double gap = 0;                ///< largest of the assignments' certificates
  double before = 0, after = 0;  ///< distance from the reference, before and after alignment
  double loss = 0;               ///< of the merged model on the calibration samples
};

/// Peer to monitor: a round of mine is over.
struct peer_report {
  std::int32_t peer = 0;
  std::int64_t round = 0;
  double time_s = 0;  ///< on the run's clock
  double busy_s = 0;  ///< learning
  double train_loss = 0;
  test_sums merged, trained;
  merge_facts merge;
  double apart = 0;                  ///< sum_j pi_ij |x_i - x_j|^2 as the last exchange found it
  double missing = 0;                ///< mean weight of neighbours that was not used
  std::vector<std::int32_t> absent;  ///< neighbours whose models were not used
  std::vector<std::string> refused;  ///< what came and was no good, in sentences
  std::int64_t exchange = 0;         ///< the last one opened
  std::int64_t steps = 0;
  std::int64_t parcels = 0;                  ///< that came
  std::int64_t bytes = 0, payload_bits = 0;  ///< sent
  std::uint64_t weights = 0;                 ///< hash of the model
  block model;  ///< where the monitor is in this process, or after the last round
  /// These never leave the process. Where the monitor keeps checkpoints: what those are made of;
  /// where it is here and the round is tested: the model as the last exchange found and left it.
  peer_memory_ptr memory;
  block before, after;
  block start;  ///< in the first round, where runs are probed: the model that it began with
};

/// Peer to monitor: I cannot go on, and why.
struct peer_failed {
  std::int32_t peer = 0;
  std::int64_t round = 0;
  std::string reason;
};

/// Peer to monitor: I am new, and this round is my first.
struct peer_came {
  std::int32_t peer = 0;
  std::int64_t round = 0;
};

/// To a peer, from its own process: begin; behind a round, where it remembers one.
struct begin_peer {
  std::int64_t round = 0;
  peer_memory_ptr memory = nullptr;  ///< there was none
  bool joins = false;                ///< the others are under way: take up a model of theirs
};

/// To a peer, from its own process: another one has gone for good, or is there again.
struct neighbour_presence_changed {
  std::int32_t peer = 0;
  bool here = false;
};

/// To self: the steps under way fall due.
struct steps_due {};

/// To self: the wait for others is over; waits are numbered.
struct patience_over {
  std::int64_t wait = 0;
};

/// From the compute pool: the piece of work under way is done.
struct work_done {
  std::optional<error> failure;
};

/// From the compute pool: what another peer asked for.
struct gradient_found {
  gradient_answer answer;
  std::int32_t asker = 0;
};

/// To the monitor, from its own process.
struct peer_gone {
  std::int32_t peer = 0;
};

// As in actors/messages.hpp.
#define ECHELON_INSPECT(type, ...)                                                  \
  template <class Inspector>                                                        \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) { \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);               \
  }

ECHELON_INSPECT(peer_parcel, x.peer, x.exchange, x.spec, x.values, x.vectors, x.numbers, x.behind)
ECHELON_INSPECT(parcel_wanted, x.peer, x.exchange)
ECHELON_INSPECT(parcel_verdict, x.peer, x.exchange, x.came)
ECHELON_INSPECT(gradient_request, x.peer, x.step, x.point)
ECHELON_INSPECT(gradient_answer, x.peer, x.step, x.gradient)
ECHELON_INSPECT(join_request, x.peer, x.ask)
ECHELON_INSPECT(join_offer, x.peer, x.exchange)
ECHELON_INSPECT(peer_joins, x.peer, x.exchange, x.sponsor)
ECHELON_INSPECT(peer_returns, x.peer, x.exchange, x.answers)
ECHELON_INSPECT(peer_came, x.peer, x.round)
ECHELON_INSPECT(test_sums, x.loss, x.correct, x.samples)
ECHELON_INSPECT(merge_facts, x.matched, x.likeness, x.kept_share, x.dead_units, x.gap, x.before,
                x.after, x.loss)
ECHELON_INSPECT(peer_report, x.peer, x.round, x.time_s, x.busy_s, x.train_loss, x.merged, x.trained,
                x.merge, x.apart, x.missing, x.absent, x.refused, x.exchange, x.steps, x.parcels,
                x.bytes, x.payload_bits, x.weights, x.model)
ECHELON_INSPECT(peer_failed, x.peer, x.round, x.reason)
ECHELON_INSPECT(begin_peer, x.round, x.joins)
ECHELON_INSPECT(neighbour_presence_changed, x.peer, x.here)
ECHELON_INSPECT(steps_due)
ECHELON_INSPECT(patience_over, x.wait)
ECHELON_INSPECT(work_done)
ECHELON_INSPECT(gradient_found, x.answer, x.asker)
ECHELON_INSPECT(peer_gone, x.peer)
ECHELON_INSPECT(graph_coming, x.change)
ECHELON_INSPECT(graph_answer, x.peer, x.change, x.exchange)
ECHELON_INSPECT(graph_changed, x.change, x.exchange, x.ends)
ECHELON_INSPECT(peer_welcome)

#undef ECHELON_INSPECT

runtime::message_facts facts_of(const peer_parcel& what);
runtime::message_facts facts_of(const parcel_wanted& what);
runtime::message_facts facts_of(const parcel_verdict& what);
runtime::message_facts facts_of(const gradient_request& what);
runtime::message_facts facts_of(const gradient_answer& what);
runtime::message_facts facts_of(const join_request& what);
runtime::message_facts facts_of(const join_offer& what);
runtime::message_facts facts_of(const peer_joins& what);
runtime::message_facts facts_of(const peer_returns& what);

/// What a peer sees of another one.
using neighbour_handle = caf::typed_actor<
    caf::reacts_to<peer_parcel>, caf::reacts_to<parcel_verdict>, caf::reacts_to<gradient_request>,
    caf::reacts_to<gradient_answer>, caf::reacts_to<join_request>, caf::reacts_to<join_offer>,
    caf::reacts_to<peer_joins>, caf::reacts_to<peer_returns>, caf::reacts_to<parcel_wanted>>;

/// What the monitor sees of a peer, where graphs are repaired.
using graph_hearer_handle = caf::typed_actor<
    caf::reacts_to<graph_coming>, caf::reacts_to<graph_changed>, caf::reacts_to<peer_welcome>>;

using peer_handle = neighbour_handle::extend<
    caf::reacts_to<graph_coming>, caf::reacts_to<graph_changed>, caf::reacts_to<peer_welcome>,
    caf::reacts_to<begin_peer>, caf::reacts_to<neighbour_presence_changed>,
    caf::reacts_to<steps_due>, caf::reacts_to<patience_over>, caf::reacts_to<work_done>,
    caf::reacts_to<gradient_found>>;

/// What a peer sees of the monitor.
using books_handle = caf::typed_actor<caf::reacts_to<peer_report>, caf::reacts_to<peer_failed>,
                                      caf::reacts_to<peer_came>, caf::reacts_to<graph_answer>>;

using monitor_handle = books_handle::extend<
    caf::reacts_to<begin_run>, caf::reacts_to<interrupt_run>, caf::reacts_to<peer_gone>>;

}  // namespace echelon::actors

CAF_BEGIN_TYPE_ID_BLOCK(echelon_peers, caf::id_block::echelon::end)
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_parcel))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::parcel_verdict))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::gradient_request))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::gradient_answer))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_report))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_failed))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::begin_peer))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::neighbour_presence_changed))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::steps_due))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::patience_over))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::work_done))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::gradient_found))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_gone))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::join_request))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::join_offer))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_joins))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_returns))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::parcel_wanted))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_came))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::graph_coming))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::graph_answer))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::graph_changed))
CAF_ADD_TYPE_ID(echelon_peers, (echelon::actors::peer_welcome))
CAF_END_TYPE_ID_BLOCK(echelon_peers)
