#include "actors/messages.hpp"

#include "actors/remote/wire_size.hpp"

namespace echelon::actors {
namespace {

std::uint8_t number(message_kind kind) { return static_cast<std::uint8_t>(kind); }

}  // namespace

work_note& work_note::operator+=(const work_note& other) {
  workers.insert(workers.end(), other.workers.begin(), other.workers.end());
  edges.insert(edges.end(), other.edges.begin(), other.edges.end());
  return *this;
}

std::int64_t work_note::parts_computed() const {
  std::int64_t parts = 0;
  for (const worker_effort& effort : workers)
    parts += effort.parts;
  return parts;
}

double work_note::worker_busy_s() const {
  double busy_s = 0;
  for (const worker_effort& effort : workers)
    busy_s += effort.busy_s;
  return busy_s;
}

double work_note::edge_busy_s() const {
  double busy_s = 0;
  for (const edge_effort& effort : edges)
    busy_s += effort.busy_s;
  return busy_s;
}

runtime::message_facts facts_of(const round_start& what) {
  return {.kind = number(message_kind::round_start),
          .round = what.round,
          .plan = what.plan,
          .payload_hash = what.state.hash(),
          .bytes = remote::wire_bytes(what, what.payload_bytes),
          .bytes_back = remote::acknowledging_bytes(what.payload_bytes),
          .payload_bits = 0,
          .bulk = true,
          .closes = what.round - 1};
}

runtime::message_facts facts_of(const coded_gradient& what) {
  const bool packed = !what.answer.packed.empty();
  return {.kind = number(message_kind::coded_gradient),
          .round = what.round,
          .plan = what.plan,
          .payload_hash = packed ? what.answer.packed.hash() : what.answer.values.hash(),
          .bytes = remote::wire_bytes(what, what.payload_bytes),
          .bytes_back = remote::acknowledging_bytes(what.payload_bytes),
          .payload_bits = packed ? what.how.payload_bits : 8 * what.payload_bytes,
          .bulk = true};
}

runtime::message_facts facts_of(const cancel_round& what) {
  return {.kind = number(message_kind::cancel_round),
          .round = what.round,
          .plan = what.plan,
          .bytes = remote::wire_bytes(what),
          .closes = what.round,
          .closes_below = what.only != everybody};
}

runtime::message_facts facts_of(const work_report& what) {
  return {.kind = number(message_kind::work_report),
          .round = what.round,
          .bytes = remote::wire_bytes(what)};
}

runtime::message_facts facts_of(const child_failed& what) {
  return {.kind = number(message_kind::child_failed),
          .round = what.round,
          .plan = what.plan,
          .bytes = remote::wire_bytes(what)};
}

runtime::message_facts facts_of(const assignment& what) {
  return {.kind = number(message_kind::assignment),
          .round = what.round,
          .plan = what.plan,
          .bytes = remote::wire_bytes(what)};
}

runtime::message_facts facts_of(const part_finished& what) {
  return {.kind = number(message_kind::part_finished),
          .round = what.round,
          .plan = what.plan,
          .bytes = remote::wire_bytes(what)};
}

work_report if_dismissed(const coded_gradient& what) { return {what.round, what.note}; }

}  // namespace echelon::actors
