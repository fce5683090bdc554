#include "algorithms/compression/feedback/momentum.hpp"

#include "algorithms/compression/feedback/vectors.hpp"

namespace echelon::compression {

std::vector<parameter> momentum::declared() {
  return {{"momentum", value_kind::number, value{0.9}, "share of the velocity kept each round", 0,
           0.999999}};
}

result<momentum> momentum::make(const parameters& given) {
  return momentum{static_cast<float>(given.number("momentum"))};
}

result<void> momentum::fits(const compressor& with) const { return must_drain(with, name); }

std::span<float> momentum::combine(std::span<const float> vector, const sender_memory& held,
                                   sender_memory& next) const {
  combine_to(next.second, vector, held.second, factor_);
  combine_to(next.leftover, next.second, held.leftover, 1);
  return next.leftover;
}

void momentum::settle(const packed_vector&, const sender_memory& held, sender_memory& next) const {
  for (std::size_t i = 0; i < next.second.size(); ++i) {
    // As `combine` had it: sent is what has changed since.
    const float velocity = next.second[i];
    const float before = held.leftover.empty() ? velocity : velocity + held.leftover[i];
    next.second[i] = next.leftover[i] == before ? velocity : 0;
  }
}

void momentum::decay(sender_memory& held, float share) const {
  scale(held.leftover, share);
  scale(held.second, share);
}

}  // namespace echelon::compression
