#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>
#include <caf/type_id.hpp>

#include "actors/runtime/courier.hpp"
#include "algorithms/base/block.hpp"
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
};

/// When a worker's answer reached the node that decodes it, in seconds into the round.
struct worker_answer {
  std::int32_t worker = 0;
  double after_s = 0;
};

/// What a worker, or all workers below an edge, did in a round.
struct work_note {
  std::int64_t parts_computed = 0;
  double worker_busy_s = 0;
  double edge_busy_s = 0;
  std::vector<worker_answer> answers;

  work_note& operator+=(const work_note& other);
};

/// Parent to child: work on these weights. Large value: the state.
struct round_start {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  block state;                     ///< empty in timing-only runs
  std::int64_t payload_bytes = 0;  ///< of the state, real or not
};

/// Child to parent: the coded sum of my parts, or of what I decoded. Large value: the values.
struct coded_gradient {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  std::int32_t sender = 0;      ///< index in the receiver's code
  coding::contribution answer;  ///< its values are empty in timing-only runs
  std::int64_t payload_bytes = 0;
  work_note note;
};

/// Parent to child: this round no longer needs you.
struct cancel_round {
  std::int64_t round = 0;
};

/// Child to parent: what I did in a round whose answer you did not wait for.
struct work_report {
  std::int64_t round = 0;
  work_note note;
};

/// Child to parent: I cannot answer in this round, and why.
struct child_failed {
  std::int64_t round = 0;
  std::int32_t sender = 0;
  std::string reason;
};

/// To self: the next part of my list falls due.
struct part_due {
  std::int64_t round = 0;
};

/// From the compute pool: a part is done and is in the running sum; with the last one comes the
/// whole answer.
struct part_done {
  std::int64_t round = 0;
  std::optional<coding::contribution> answer;
};

/// From the compute pool: the round's answers are decoded and, at the coordinator, applied.
struct round_decoded {
  std::int64_t round = 0;
  result<coding::decoded_round> decoded;
};

/// From the compute pool: loss and correct answers over one slice of the test set.
struct slice_evaluated {
  std::int64_t round = 0;
  std::int32_t slice = 0;
  learning::batch_sums sums;
};

/// To self: everything of the closed round that happens at this instant has happened.
struct round_settled {
  std::int64_t round = 0;
};

/// To self: the wait for more answers than decoding needs is over.
struct grace_over {
  std::int64_t round = 0;
};

/// To self: the scenario's time limit has come.
struct time_is_up {};

/// To the coordinator: begin, or stop and leave a checkpoint.
struct begin_run {};
struct interrupt_run {};

runtime::message_facts facts_of(const round_start& what);
runtime::message_facts facts_of(const coded_gradient& what);
runtime::message_facts facts_of(const cancel_round& what);
runtime::message_facts facts_of(const work_report& what);
runtime::message_facts facts_of(const child_failed& what);

// Within one process CAF moves messages by reference and never inspects them. Across machines
// actors/remote writes them, large values apart; CAF's own serialisers refuse a large value.
#define ECHELON_INSPECT(type, ...)                                                  \
  template <class Inspector>                                                        \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) { \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);               \
  }

ECHELON_INSPECT(worker_answer, x.worker, x.after_s)
ECHELON_INSPECT(work_note, x.parts_computed, x.worker_busy_s, x.edge_busy_s, x.answers)
ECHELON_INSPECT(round_start, x.round, x.plan, x.state, x.payload_bytes)
ECHELON_INSPECT(coded_gradient, x.round, x.plan, x.sender, x.answer.values, x.answer.loss,
                x.answer.samples, x.payload_bytes, x.note)
ECHELON_INSPECT(cancel_round, x.round)
ECHELON_INSPECT(work_report, x.round, x.note)
ECHELON_INSPECT(child_failed, x.round, x.sender, x.reason)
ECHELON_INSPECT(part_due, x.round)
ECHELON_INSPECT(part_done, x.round)
ECHELON_INSPECT(round_decoded, x.round)
ECHELON_INSPECT(slice_evaluated, x.round, x.slice)
ECHELON_INSPECT(round_settled, x.round)
ECHELON_INSPECT(grace_over, x.round)
ECHELON_INSPECT(time_is_up)
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
CAF_ADD_TYPE_ID(echelon, (echelon::actors::part_done))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_decoded))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::slice_evaluated))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::round_settled))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::grace_over))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::time_is_up))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::begin_run))
CAF_ADD_TYPE_ID(echelon, (echelon::actors::interrupt_run))
CAF_END_TYPE_ID_BLOCK(echelon)
