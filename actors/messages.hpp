#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>
#include <caf/type_id.hpp>

#include "actors/packing.hpp"
#include "actors/probing.hpp"
#include "actors/runtime/courier.hpp"
#include "algorithms/base/blob.hpp"
#include "algorithms/base/block.hpp"
#include "algorithms/coding/lies/find_lies.hpp"
#include "algorithms/coding/replanner.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon {

/// Large values never pass through CAF's serialisers.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, block& x) {
  if constexpr (std::is_void_v<typename Inspector::result_type>)
    return f(caf::meta::type_name("block"), x.size());
  else
    return caf::sec::unknown_type;
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, blob& x) {
  if constexpr (std::is_void_v<typename Inspector::result_type>)
    return f(caf::meta::type_name("blob"), x.size());
  else
    return caf::sec::unknown_type;
}

namespace compression {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, effort& x) {
  return f(caf::meta::type_name("effort"), x.coordinates, x.threshold, x.coordinates_max);
}

}  // namespace compression

namespace coding {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, coded_part& x) {
  return f(caf::meta::type_name("coded_part"), x.part, x.coefficient, x.mix);
}

}  // namespace coding
}  // namespace echelon

/// Every message between roles, and those a role sends itself. Messages name participants by role
/// and index, never by actor handle. Values of one kind of message keep their place in
/// `message_kind`: it is part of the trace.
namespace echelon::actors {

enum class message_kind : std::uint8_t {
  round_start = 1,
  coded_gradient,
  cancel_round,
  work_report,
  child_failed,
  assignment,
  part_finished,
};

/// What a worker did since it last told.
struct worker_effort {
  std::int32_t worker = 0;
  std::int64_t parts = 0;
  double busy_s = 0;
  /// Set by the node that decodes its answer; negative where no answer came. Seconds into that
  /// node's round, and what of them its messages were on their way, both ways together.
  double after_s = -1;
  double link_s = -1;
};

/// What an edge did in a round.
struct edge_effort {
  std::int32_t edge = 0;
  double busy_s = 0;         ///< decoding
  double link_s = -1;        ///< set by its parent, as for a worker; negative: no answer came
  std::int64_t vectors = 0;  ///< gradients that reached it
  /// Over the links below it, where they are not seen by the coordinator's process.
  std::int64_t bytes_up = 0, bytes_down = 0, payload_bits_up = 0;
};

/// What the nodes below did in a round.
struct work_note {
  std::vector<worker_effort> workers;
  std::vector<edge_effort> edges;

  work_note& operator+=(const work_note& other);
  std::int64_t parts_computed() const;
  double worker_busy_s() const;
  double edge_busy_s() const;
};

/// Parent to child: work on these weights. Large value: the state.
struct round_start {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  block state;                     ///< empty in timing-only runs
  std::int64_t payload_bytes = 0;  ///< of the state, real or not
  /// How the receiver makes the plan if it does not know it; empty: all are in one process. See
  /// recipe_of.
  std::string recipe = {};
  std::vector<compression::effort> efforts = {};  ///< by sender; empty: nothing is compressed
  std::vector<std::int32_t> unused = {};          ///< senders whose last message was not used
};

/// Child to parent: the coded sum of my parts, or of what I decoded. Large value: the values.
struct coded_gradient {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t sender = 0;      ///< index in the receiver's code
  std::int32_t task = 0;        ///< 0: the sender's row of the plan
  coding::contribution answer;  ///< its values are empty in timing-only runs
  std::int64_t payload_bytes = 0;
  squeeze how = {};  ///< of a packed answer
  double own_s = 0;  ///< since the round's start reached the sender
  work_note note;
};

/// Nobody in particular.
inline constexpr std::int32_t everybody = -1;

/// Parent to child: this round no longer needs you, or, through an edge that relays, one worker
/// below you.
struct cancel_round {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t only = everybody;
};

/// Parent to child: a further task of this round. An edge that relays passes it on to the worker.
struct assignment {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t sender = 0;  ///< index in the code of the node that orders
  std::int32_t task = 0;
  std::vector<coding::coded_part> parts;
  bool instead = false;  ///< of all tasks that are not answered yet
};

/// Child to parent: so many parts of a task are finished and kept.
struct part_finished {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t sender = 0;
  std::int32_t task = 0;
  std::int64_t parts_done = 0;
};

/// Child to parent: what I did in a round whose answer you did not wait for.
struct work_report {
  std::int64_t round = 0;
  work_note note;
};

/// Child to parent: I cannot answer in this round, and why.
struct child_failed {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t sender = 0;
  std::string reason;
};

/// To self: the part under way falls due. Steps are numbered, so that one that was given up is
/// known.
struct part_due {
  std::int64_t step = 0;
};

/// From the compute pool: the part under way is done. Where parts are not kept it is in the running
/// sum already, and with a task's last one comes the whole answer.
struct part_done {
  std::int64_t step = 0;
  coding::contribution part;
  std::optional<packed_answer> answer;
};

/// From the compute pool: the answer to a task is summed up from kept parts.
struct task_encoded {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t task = 0;
  packed_answer answer;
};

/// To self: the moment the round's code asked for has come.
struct round_wake {
  std::int64_t round = 0;
};

/// From the compute pool: the round's answers are decoded and, at the coordinator, applied.
struct round_decoded {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  result<coding::decoded_round> decoded;
  packed_answer upwards = {};      ///< what an edge answers with
  coding::lie_findings lies = {};  ///< whose answers are not in it
};

/// From the compute pool: loss and correct answers over one slice of the test set.
struct slice_evaluated {
  std::int64_t round = 0;
  std::int32_t slice = 0;
  learning::batch_sums sums;
};

/// From the compute pool: what the data say of the run's first model and of this round's.
struct model_probed {
  std::int64_t round = 0;
  std::shared_ptr<const model_probe> start, now;
};

/// To self: everything of the closed round that happens at this instant has happened.
struct round_settled {
  std::int64_t round = 0;
};

/// To self: the wait for more answers than decoding needs is over.
struct grace_over {
  std::int64_t round = 0;
};

/// From the compute pool: whether another plan is better from now on; empty: none is.
struct plan_considered {
  std::int64_t round = 0;
  std::shared_ptr<const coding::new_plan> better;
};

/// To self: the data that a new plan needs elsewhere have been moved.
struct data_moved {
  std::int64_t round = 0;
};

/// To an edge or the coordinator, from its own process: a node sits in a child's seat now.
struct child_seated {
  std::int32_t child = 0;
};

/// To the coordinator, from its own process: somebody came or went.
struct members_changed {};

/// To self: nobody who could help came for too long.
struct members_awaited {
  std::int64_t round = 0;
};

/// To self: the scenario's time limit has come.
struct time_is_up {};

/// To whoever lets faults happen: one of them begins or ends now.
struct fault_turn {
  std::int64_t fault = 0;
  std::uint8_t what = 0;
};

/// To the coordinator: begin, or stop and leave a checkpoint.
struct begin_run {};
struct interrupt_run {};

/// What messages of a round are about: a round that is begun anew has a plan of a later epoch, and
/// its exchanges are counted from the beginning.
struct attempt {
  std::uint64_t epoch = 0;
  std::int64_t round = 0;

  attempt() = default;
  attempt(std::int64_t number, std::uint64_t plan) : epoch(coding::epoch_of(plan)), round(number) {}
  template <class Message>
  explicit attempt(const Message& what) : attempt(what.round, what.plan) {}
  auto operator<=>(const attempt&) const = default;
};

/// The newest attempt that a node has begun or given up; what is about an older one is stale.
struct newest_attempt {
  std::int64_t latest = 0;  ///< the parent's exchange
  std::uint64_t latest_plan = 0;

  attempt newest() const { return {latest, latest_plan}; }
};

/// And whether an edge is through with it.
struct edge_attempt : newest_attempt {
  bool answered = true;

  bool is_past(attempt what) const { return what < newest() || (what == newest() && answered); }
};

runtime::message_facts facts_of(const round_start& what);
runtime::message_facts facts_of(const coded_gradient& what);
runtime::message_facts facts_of(const cancel_round& what);
runtime::message_facts facts_of(const work_report& what);
runtime::message_facts facts_of(const child_failed& what);
runtime::message_facts facts_of(const assignment& what);
runtime::message_facts facts_of(const part_finished& what);

/// What reaches the parent where an uplink took the answer back: the work was done all the same.
work_report if_dismissed(const coded_gradient& what);

// Within one process CAF moves messages by reference and never inspects them. Across machines
// actors/remote writes them, large values apart; CAF's own serialisers refuse a large value.
#define ECHELON_INSPECT(type, ...)                                                  \
  template <class Inspector>                                                        \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) { \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);               \
  }

ECHELON_INSPECT(worker_effort, x.worker, x.parts, x.busy_s, x.after_s, x.link_s)
ECHELON_INSPECT(edge_effort, x.edge, x.busy_s, x.link_s, x.vectors, x.bytes_up, x.bytes_down,
                x.payload_bits_up)
ECHELON_INSPECT(work_note, x.workers, x.edges)
ECHELON_INSPECT(squeeze, x.coordinates, x.payload_bits, x.norm, x.input_square, x.lost_square)
ECHELON_INSPECT(round_start, x.round, x.plan, x.state, x.payload_bytes, x.recipe, x.efforts,
                x.unused)
ECHELON_INSPECT(coded_gradient, x.round, x.plan, x.sender, x.task, x.answer.values, x.answer.packed,
                x.answer.scale, x.answer.loss, x.answer.samples, x.answer.error, x.payload_bytes,
                x.how, x.own_s, x.note)
ECHELON_INSPECT(cancel_round, x.round, x.plan, x.only)
ECHELON_INSPECT(assignment, x.round, x.plan, x.sender, x.task, x.parts, x.instead)
ECHELON_INSPECT(part_finished, x.round, x.plan, x.sender, x.task, x.parts_done)
ECHELON_INSPECT(work_report, x.round, x.note)
ECHELON_INSPECT(child_failed, x.round, x.plan, x.sender, x.reason)
ECHELON_INSPECT(part_due, x.step)
ECHELON_INSPECT(part_done, x.step)
ECHELON_INSPECT(task_encoded, x.round, x.plan, x.task)
ECHELON_INSPECT(round_wake, x.round)
ECHELON_INSPECT(round_decoded, x.round, x.plan)
ECHELON_INSPECT(slice_evaluated, x.round, x.slice)
ECHELON_INSPECT(model_probed, x.round)
ECHELON_INSPECT(round_settled, x.round)
ECHELON_INSPECT(grace_over, x.round)
ECHELON_INSPECT(plan_considered, x.round)
ECHELON_INSPECT(data_moved, x.round)
ECHELON_INSPECT(child_seated, x.child)
ECHELON_INSPECT(members_changed)
ECHELON_INSPECT(members_awaited, x.round)
ECHELON_INSPECT(time_is_up)
ECHELON_INSPECT(fault_turn, x.fault, x.what)
ECHELON_INSPECT(begin_run)
ECHELON_INSPECT(interrupt_run)

#undef ECHELON_INSPECT

}  // namespace echelon::actors

CAF_BEGIN_TYPE_ID_BLOCK(echelon, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_start))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::coded_gradient))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::cancel_round))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::work_report))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::child_failed))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::part_due))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::assignment))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::part_finished))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::part_done))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::task_encoded))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_wake))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_decoded))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::slice_evaluated))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::model_probed))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_settled))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::grace_over))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::plan_considered))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::data_moved))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::child_seated))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::members_changed))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::members_awaited))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::time_is_up))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::begin_run))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::interrupt_run))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::fault_turn))
CAF_END_TYPE_ID_BLOCK(echelon)
