#include "algorithms/compression/feedback/ef21.hpp"

#include "algorithms/compression/feedback/vectors.hpp"
#include "algorithms/compression/payload_format.hpp"

namespace echelon::compression {

result<void> ef21::fits(const compressor& with) const {
  ECHELON_CHECK(must_drain(with, name));
  if (with.kind() == compressor_kind::absolute)
    return fail(errc::not_supported,
                "feedback \"ef21\" needs an error relative to the vector, which a threshold has "
                "not; use feedback = \"ef14\"");
  return {};
}

std::span<float> ef21::combine(std::span<const float> vector, const sender_memory& held,
                               sender_memory& next) const {
  combine_to(next.second, vector, held.leftover, -1);
  return next.second;
}

void ef21::settle(const packed_vector& sent, const sender_memory& held, sender_memory& next) const {
  const std::size_t length = next.second.size();
  next.second.clear();
  next.leftover = held.leftover;
  next.leftover.resize(length);
  // Exactly what the receiver adds, so that both ends agree for ever.
  payload_format().add(sent.bytes.bytes(), 1, next.leftover);
}

}  // namespace echelon::compression
