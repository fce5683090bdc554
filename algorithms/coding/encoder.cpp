#include "algorithms/coding/encoder.hpp"

#include <cstring>
#include <numeric>
#include <utility>

namespace echelon::coding {
namespace {

template <class Scalar>
void add_scaled(std::span<Scalar> sum, double coefficient, std::span<const Scalar> values) {
  const auto factor = static_cast<Scalar>(coefficient);
  for (std::size_t i = 0; i < values.size(); ++i)
    sum[i] += factor * values[i];
}

template <class Scalar>
void scale_into(std::span<Scalar> sum, double coefficient, std::span<const Scalar> values) {
  const auto factor = static_cast<Scalar>(coefficient);
  for (std::size_t i = 0; i < values.size(); ++i)
    sum[i] = factor * values[i];
}

/// Stack t of the sum takes mix[t][u] times block u of the values.
template <class Scalar>
void add_mixed(std::span<Scalar> sum, message_frame frame, std::span<const double> mix,
               std::span<const Scalar> values) {
  const std::size_t length = sum.size() / slot(frame.stacks);
  for (index stack = 0; stack < frame.stacks; ++stack)
    for (index cut = 0; cut < frame.cuts; ++cut) {
      const std::size_t first = std::min(slot(cut) * length, values.size());
      add_scaled(sum.subspan(slot(stack) * length, length), mix[slot(stack * frame.cuts + cut)],
                 values.subspan(first, std::min(length, values.size() - first)));
    }
}

}  // namespace

void encoder::add(const coded_part& how, const contribution& part) {
  add_scalars(how, part);
  const bool plain = how.mix.empty() && how.coefficient == 1;
  if (parts_++ == 0 && plain) {
    only_ = part.values;
    return;
  }
  if (sum_.size() == 0 && part.values.size() > 0 && begin_sum(how, part.values))
    return;
  add_values(how, part.values);
}

bool encoder::begin_sum(const coded_part& how, const block& values) {
  const bool whole = how.mix.empty();
  sum_ = block_builder{frame_.length(values.size()), values.kind(),
                       whole ? contents::unset : contents::zeroed};
  if (only_) {
    std::memcpy(sum_.bytes().data(), only_->bytes().data(), only_->bytes().size());
    only_.reset();
    return false;
  }
  if (whole)
    with_scalar(values.kind(), [&](auto scalar) {
      using element = decltype(scalar);
      scale_into(sum_.as<element>(), how.coefficient, values.as<element>());
    });
  return whole;
}

void encoder::add_values(const coded_part& how, const block& values) {
  expects(sum_.size() == frame_.length(values.size()));
  with_scalar(values.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    if (how.mix.empty())
      add_scaled(sum_.as<element>(), how.coefficient, values.as<element>());
    else
      add_mixed(sum_.as<element>(), frame_, how.mix, values.as<element>());
  });
}

/// One stack decodes block by block, so every block stands for the scalars. Two stacks are a
/// complex code: loss and samples travel as the real and the imaginary part of one number, which
/// stands for every pair of blocks.
void encoder::add_scalars(const coded_part& how, const contribution& part) {
  if (frame_.stacks == 2) {
    const double* imaginary = how.mix.data() + frame_.cuts;
    for (index cut = 0; cut < frame_.cuts; cut += 2) {
      loss_ += how.mix[slot(cut)] * part.loss + how.mix[slot(cut) + 1] * part.samples;
      samples_ += imaginary[cut] * part.loss + imaginary[cut + 1] * part.samples;
    }
    return;
  }
  const double factor = how.mix.empty() ? how.coefficient
                                        : std::accumulate(how.mix.begin(), how.mix.end(), 0.0);
  loss_ += factor * part.loss;
  samples_ += factor * part.samples;
}

contribution encoder::finish() {
  contribution answer{only_ ? *only_ : block::freeze(std::move(sum_)), loss_, samples_};
  *this = encoder{frame_};
  return answer;
}

}  // namespace echelon::coding
