#include "actors/packing.hpp"

#include <cmath>
#include <limits>

#include "algorithms/base/hash.hpp"
#include "algorithms/base/square_of.hpp"

namespace echelon::actors {
namespace {

/// The values as floats, divided by `by`.
std::vector<float> scaled(const block& values, double by) {
  std::vector<float> floats(slot(values.size()));
  with_scalar(values.kind(), [&]<class Scalar>(Scalar) {
    const auto from = values.as<Scalar>();
    const auto factor = static_cast<Scalar>(1 / by);
    for (std::size_t i = 0; i < floats.size(); ++i)
      floats[i] = static_cast<float>(factor * from[i]);
  });
  return floats;
}

/// Whoever receives it refuses it.
packed_answer unusable(coding::contribution answer) {
  answer.loss = std::numeric_limits<double>::quiet_NaN();
  return {std::move(answer), {}, nullptr};
}

}  // namespace

memory_ptr packing::renewed(const coding::contribution& answer) const {
  auto next = std::make_shared<compression::sender_memory>();
  const std::vector<float> all = scaled(answer.values, answer.samples);
  next->leftover.assign(all.begin() + variate_at, all.end());
  for (std::size_t i = 0; held && i < next->leftover.size(); ++i)
    next->leftover[i] += held->leftover[i];
  return next;
}

packed_answer packing::pack(coding::contribution answer) const {
  if (variate_at > 0 && !answer.values.empty()) {
    memory_ptr next = renewed(answer);
    return {std::move(answer), {}, std::move(next)};
  }
  if (!packer || answer.values.empty())
    return {std::move(answer), {}, nullptr};
  const double samples = answer.samples > 0 ? answer.samples : 1;
  const double weight = means ? samples : 1;
  std::vector<float> vector = scaled(answer.values, weight);
  random_stream draws{
      seed, "compression",
      hash_combine(static_cast<std::uint64_t>(who.kind), static_cast<std::uint64_t>(who.number)),
      static_cast<std::uint64_t>(round)};
  packed_answer made;
  made.how.norm = std::sqrt(square_of(vector));
  if (std::ssize(vector) == packer->length()) {
    auto packed = packer->pack(vector, held ? *held : compression::sender_memory{}, wanted, draws);
    if (!packed)
      return unusable(std::move(answer));
    const double to_mean = weight / samples;
    made.how.input_square = packed->input_square * to_mean * to_mean;
    made.how.lost_square = packed->lost_square * to_mean * to_mean;
    made.next = std::make_shared<const compression::sender_memory>(std::move(packed->next));
    made.answer.packed = std::move(packed->sent.bytes);
    made.how.coordinates = packed->sent.coordinates;
    made.how.payload_bits = packed->sent.payload_bits;
  } else {  // a code's frame: only its values' format changes
    compression::warm_start none;
    const compression::segment whole{.size = std::ssize(vector)};
    auto packed = packer->compresses().compress(vector, {&whole, 1}, wanted, draws, none);
    if (!packed)
      return unusable(std::move(answer));
    made.answer.packed = std::move(packed->bytes);
    made.how.coordinates = packed->coordinates;
    made.how.payload_bits = packed->payload_bits;
  }
  made.answer.loss = answer.loss;
  made.answer.samples = answer.samples;
  made.answer.error = answer.error;
  made.answer.scale = weight;
  return made;
}

}  // namespace echelon::actors
