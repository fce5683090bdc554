#include "algorithms/compression/compressors/message.hpp"

#include <algorithm>

#include "algorithms/compression/dense_payload.hpp"
#include "algorithms/compression/payloads/seeded_payload.hpp"
#include "algorithms/compression/sparse_payload.hpp"

namespace echelon::compression {
namespace {

constexpr std::int64_t seed_bits = 64;

/// What is left where values were sent.
void leave_rest(std::span<float> part, const selection& chosen, std::span<const float> received) {
  for (std::size_t i = 0; i < chosen.indices.size(); ++i)
    part[chosen.indices[i]] -= received[i];
}

}  // namespace

result<void> message::add_dense(std::span<float> part, wire_format format, bool counts) {
  ECHELON_CHECK(check_finite(part));
  // In full nothing is left; otherwise what rounding took.
  std::vector<float> received(format == wire_format::full ? 0 : part.size());
  writer_.add(dense_kind(format), std::ssize(part), [&](std::vector<std::byte>& body) {
    append_values(body, part, format, received.empty() ? part : std::span{received});
  });
  if (received.empty())
    std::ranges::fill(part, 0.0F);
  for (std::size_t i = 0; i < received.size(); ++i)
    part[i] -= received[i];
  count(counts ? std::ssize(part) : 0, 8 * value_bytes(format) * std::ssize(part));
  return {};
}

void message::add_sparse(std::span<float> part, selection chosen) {
  writer_.add(payload_id::sparse, std::ssize(part), [&](std::vector<std::byte>& body) {
    const auto size = append_sparse(body, {chosen.indices, chosen.values, std::ssize(part)},
                                    how_.values, how_.codec, chosen.values);
    count(chosen.size(), size.bits);
  });
  leave_rest(part, chosen, chosen.values);
}

void message::add_seeded(std::span<float> part, std::uint64_t seed, const selection& chosen) {
  std::vector<float> received(chosen.values.size());
  writer_.add(payload_id::seeded, std::ssize(part), [&](std::vector<std::byte>& body) {
    append_seeded(body, seed, chosen.values, how_.values, received);
  });
  leave_rest(part, chosen, received);
  count(chosen.size(), seed_bits + 8 * value_bytes(how_.values) * chosen.size());
}

packed_vector message::finish() {
  packed_.bytes = writer_.finish();
  return std::move(packed_);
}

void message::subtract(payload_id kind, std::span<const std::byte> body, std::span<float> part) {
  const auto found = std::ranges::find(payload_kinds(), kind, &payload_kind::id);
  expects(found != payload_kinds().end());
  found->add(body, -1, part);
}

void message::count(index coordinates, std::int64_t bits) {
  packed_.coordinates += coordinates;
  packed_.payload_bits += bits;
}

}  // namespace echelon::compression
