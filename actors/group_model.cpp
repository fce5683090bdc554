#include "actors/group_model.hpp"

#include <cstring>

namespace echelon::actors {

block after_change(const block& model, const coding::decoded_round& decoded, index parameters) {
  block_builder next{model.size(), model.kind(), contents::unset};
  with_scalar(model.kind(), [&]<class Scalar>(Scalar) {
    const auto from = model.as<Scalar>();
    const auto sums = decoded.values.as<Scalar>();
    const auto share = static_cast<Scalar>(1.0 / decoded.samples);
    const auto to = next.as<Scalar>();
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = i < slot(parameters) ? from[i] - share * sums[i] : share * sums[i];
  });
  return block::freeze(std::move(next));
}

block weighted_change(const block& start, const block& end, index parameters, double weight) {
  block_builder change{start.size(), start.kind(), contents::unset};
  with_scalar(start.kind(), [&]<class Scalar>(Scalar) {
    const auto from = start.as<Scalar>();
    const auto last = end.as<Scalar>();
    const auto factor = static_cast<Scalar>(weight);
    const auto to = change.as<Scalar>();
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = factor * (i < slot(parameters) ? from[i] - last[i] : last[i]);
  });
  return block::freeze(std::move(change));
}

block piece_of(const block& values, index first, index last) {
  if (first == 0 && last == values.size())
    return values;
  block_builder piece{last - first, values.kind(), contents::unset};
  const std::size_t each = bytes_of(values.kind());
  std::memcpy(piece.bytes().data(), values.bytes().data() + slot(first) * each,
              piece.bytes().size());
  return block::freeze(std::move(piece));
}

block joined(const block& front, const block& back) {
  block_builder both{front.size() + back.size(), front.kind(), contents::unset};
  std::memcpy(both.bytes().data(), front.bytes().data(), front.bytes().size());
  std::memcpy(both.bytes().data() + front.bytes().size(), back.bytes().data(), back.bytes().size());
  return block::freeze(std::move(both));
}

}  // namespace echelon::actors
