#include "actors/messages.hpp"

namespace echelon::actors {
namespace {

/// A frame's fixed header and the longest message head before a large value.
constexpr std::int64_t frame_header_bytes = 32;
constexpr std::int64_t field_bytes = 8;

std::uint8_t number(message_kind kind) { return static_cast<std::uint8_t>(kind); }

std::int64_t bytes_of_note(const work_note& note) {
  constexpr std::int64_t worker_bytes = 32;
  constexpr std::int64_t edge_bytes = 52;
  return 2 * field_bytes + worker_bytes * std::ssize(note.workers) +
         edge_bytes * std::ssize(note.edges);
}

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
          .bytes = frame_header_bytes + 4 * field_bytes + std::ssize(what.recipe) +
                   3 * field_bytes * std::ssize(what.efforts) + 4 * std::ssize(what.unused) +
                   what.payload_bytes,
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
          .bytes = frame_header_bytes + 9 * field_bytes + bytes_of_note(what.note) +
                   what.payload_bytes,
          .payload_bits = packed ? what.how.payload_bits : 8 * what.payload_bytes,
          .bulk = true};
}

runtime::message_facts facts_of(const cancel_round& what) {
  return {.kind = number(message_kind::cancel_round),
          .round = what.round,
          .plan = what.plan,
          .bytes = frame_header_bytes + 3 * field_bytes,
          .closes = what.round,
          .closes_below = what.only != everybody};
}

runtime::message_facts facts_of(const work_report& what) {
  return {.kind = number(message_kind::work_report),
          .round = what.round,
          .bytes = frame_header_bytes + field_bytes + bytes_of_note(what.note)};
}

runtime::message_facts facts_of(const child_failed& what) {
  return {.kind = number(message_kind::child_failed),
          .round = what.round,
          .plan = what.plan,
          .bytes = frame_header_bytes + 3 * field_bytes + std::ssize(what.reason)};
}

runtime::message_facts facts_of(const assignment& what) {
  std::int64_t bytes = frame_header_bytes + 5 * field_bytes;
  for (const coding::coded_part& part : what.parts)
    bytes += field_bytes * (2 + std::ssize(part.mix));
  return {.kind = number(message_kind::assignment),
          .round = what.round,
          .plan = what.plan,
          .bytes = bytes};
}

runtime::message_facts facts_of(const part_finished& what) {
  return {.kind = number(message_kind::part_finished),
          .round = what.round,
          .plan = what.plan,
          .bytes = frame_header_bytes + 5 * field_bytes};
}

work_report if_dismissed(const coded_gradient& what) { return {what.round, what.note}; }

}  // namespace echelon::actors
