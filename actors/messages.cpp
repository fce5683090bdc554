#include "actors/messages.hpp"

namespace echelon::actors {
namespace {

/// A frame's fixed header and the longest message head before a large value.
constexpr std::int64_t frame_header_bytes = 32;
constexpr std::int64_t field_bytes = 8;

std::uint8_t number(message_kind kind) { return static_cast<std::uint8_t>(kind); }

std::int64_t bytes_of_note(const work_note& note) {
  constexpr std::int64_t answer_bytes = 12;
  return 4 * field_bytes + answer_bytes * std::ssize(note.answers);
}

}  // namespace

work_note& work_note::operator+=(const work_note& other) {
  parts_computed += other.parts_computed;
  worker_busy_s += other.worker_busy_s;
  edge_busy_s += other.edge_busy_s;
  answers.insert(answers.end(), other.answers.begin(), other.answers.end());
  return *this;
}

runtime::message_facts facts_of(const round_start& what) {
  return {.kind = number(message_kind::round_start),
          .round = what.round,
          .payload_hash = what.state.hash(),
          .bytes = frame_header_bytes + 3 * field_bytes + what.payload_bytes,
          .payload_bits = 0,
          .bulk = true};
}

runtime::message_facts facts_of(const coded_gradient& what) {
  return {.kind = number(message_kind::coded_gradient),
          .round = what.round,
          .payload_hash = what.answer.values.hash(),
          .bytes = frame_header_bytes + 6 * field_bytes + bytes_of_note(what.note) +
                   what.payload_bytes,
          .payload_bits = 8 * what.payload_bytes,
          .bulk = true};
}

runtime::message_facts facts_of(const cancel_round& what) {
  return {.kind = number(message_kind::cancel_round),
          .round = what.round,
          .bytes = frame_header_bytes + field_bytes};
}

runtime::message_facts facts_of(const work_report& what) {
  return {.kind = number(message_kind::work_report),
          .round = what.round,
          .bytes = frame_header_bytes + field_bytes + bytes_of_note(what.note)};
}

runtime::message_facts facts_of(const child_failed& what) {
  return {.kind = number(message_kind::child_failed),
          .round = what.round,
          .bytes = frame_header_bytes + 2 * field_bytes + std::ssize(what.reason)};
}

}  // namespace echelon::actors
