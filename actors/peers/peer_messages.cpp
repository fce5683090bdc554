#include "actors/peers/peer_messages.hpp"

namespace echelon::actors {
namespace {

/// A frame's header for the message's head, and one for its large value.
constexpr std::int64_t head_bytes = 32, large_bytes = 32;
constexpr std::int64_t field_bytes = 8;

std::uint8_t number(peer_message_kind kind) { return static_cast<std::uint8_t>(kind); }

runtime::message_facts bulk(peer_message_kind kind, index round, const block& values,
                            std::int64_t fields) {
  const auto payload = static_cast<std::int64_t>(values.bytes().size());
  return {.kind = number(kind),
          .round = round,
          .payload_hash = values.hash(),
          .bytes = head_bytes + fields * field_bytes + large_bytes + payload,
          .payload_bits = 8 * payload,
          .bulk = true};
}

runtime::message_facts word(peer_message_kind kind, index round, std::int64_t fields) {
  return {.kind = number(kind), .round = round, .bytes = head_bytes + fields * field_bytes};
}

}  // namespace

runtime::message_facts facts_of(const peer_parcel& what) {
  return bulk(peer_message_kind::peer_parcel, what.exchange, what.values,
              7 + std::ssize(what.numbers));
}

runtime::message_facts facts_of(const parcel_wanted& what) {
  return word(peer_message_kind::parcel_wanted, what.exchange, 2);
}

runtime::message_facts facts_of(const parcel_verdict& what) {
  return word(peer_message_kind::parcel_verdict, what.exchange, 3);
}

runtime::message_facts facts_of(const join_request&) {
  return word(peer_message_kind::join_request, 0, 1);
}

runtime::message_facts facts_of(const join_offer& what) {
  return word(peer_message_kind::join_offer, what.exchange, 2);
}

runtime::message_facts facts_of(const peer_joins& what) {
  return word(peer_message_kind::peer_joins, what.exchange, 3);
}

runtime::message_facts facts_of(const peer_returns& what) {
  return word(peer_message_kind::peer_returns, what.exchange, 3);
}

runtime::message_facts facts_of(const gradient_request& what) {
  return bulk(peer_message_kind::gradient_request, what.step, what.point, 3);
}

runtime::message_facts facts_of(const gradient_answer& what) {
  return bulk(peer_message_kind::gradient_answer, what.step, what.gradient, 3);
}

}  // namespace echelon::actors
