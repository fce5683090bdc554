#include "algorithms/coding/encoder.hpp"

#include <cstring>

namespace echelon::coding {
namespace {

template <class Scalar>
void add_scaled(std::span<Scalar> sum, double coefficient, std::span<const Scalar> values) {
  const auto factor = static_cast<Scalar>(coefficient);
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] += factor * values[i];
}

void add_scaled(block_builder& sum, double coefficient, const block& values) {
  expects(sum.size() == values.size());
  with_scalar(values.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    add_scaled(sum.as<element>(), coefficient, values.as<element>());
  });
}

}  // namespace

void encoder::add(double coefficient, const contribution& part) {
  loss_ += coefficient * part.loss;
  samples_ += coefficient * part.samples;
  if (parts_++ == 0 && coefficient == 1) {
    only_ = part.values;
    return;
  }
  if (sum_.size() == 0 && part.values.size() > 0) {
    sum_ = block_builder{part.values.size(), part.values.kind()};
    if (only_)
      std::memcpy(sum_.bytes().data(), only_->bytes().data(), only_->bytes().size());
    only_.reset();
  }
  add_scaled(sum_, coefficient, part.values);
}

contribution encoder::finish() {
  contribution answer{only_ ? *only_ : block::freeze(std::move(sum_)), loss_, samples_};
  *this = {};
  return answer;
}

}  // namespace echelon::coding
