#include "algorithms/merging/matching/unit_features.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "algorithms/learning/kernels/kernels.hpp"

namespace echelon::merging {
namespace {

constexpr index lanes = learning::kernels::sample_padding;

/// Calls use(row) for every copy of a unit: the feature where it lies.
template <class Use>
void for_each_copy(const axis_map& places, index unit, Use use) {
  for (const segment& part : places)
    for (index o = 0; o < part.outer; ++o)
      for (index t = 0; t < part.inner; ++t)
        use(part.start + o * part.outer_step + unit * part.inner + t);
}

index copies_of(const axis_map& places) {
  index copies = 0;
  for (const segment& part : places)
    copies += part.outer * part.inner;
  return copies;
}

/// Sums in short float runs, then in double.
template <class Scalar>
struct row_moments {
  double sum = 0, square = 0;

  void add(const Scalar* row, index stride) {
    Scalar sums[lanes] = {}, squares[lanes] = {};
    for (index n = 0; n < stride; n += lanes)
      for (index k = 0; k < lanes; ++k) {
        sums[k] += row[n + k];
        squares[k] += row[n + k] * row[n + k];
      }
    for (index k = 0; k < lanes; ++k) {
      sum += static_cast<double>(sums[k]);
      square += static_cast<double>(squares[k]);
    }
  }
};

/// row - shift, 0 where that is not finite and beyond the samples.
template <class Scalar>
void copy_shifted(const Scalar* row, Scalar shift, index samples, index stride, Scalar* to) {
  for (index n = 0; n < stride; ++n) {
    const Scalar value = row[n] - shift;
    to[n] = value - value == 0 ? value : Scalar{0};
  }
  std::fill_n(to + samples, stride - samples, Scalar{0});
}

}  // namespace

template <class Scalar>
feature_reader<Scalar>::feature_reader(const permutation_spec& spec)
    : spec_(spec), features_(spec.classes.size()) {}

template <class Scalar>
template <class Other>
void feature_reader<Scalar>::keep(const learning::activation<Other>& output) {
  if constexpr (std::is_same_v<Scalar, Other>) {
    for (std::size_t c = 0; c < features_.size(); ++c)
      if (spec_.classes[c].reading.node == output.node)
        take(output, spec_.classes[c], features_[c]);
  } else {
    expects(false);  // a model computes in one precision
  }
}

template <class Scalar>
void feature_reader<Scalar>::read(const learning::activation<float>& output) {
  keep(output);
}

template <class Scalar>
void feature_reader<Scalar>::read(const learning::activation<double>& output) {
  keep(output);
}

template <class Scalar>
void feature_reader<Scalar>::take(const learning::activation<Scalar>& output,
                                  const permutation_class& of, unit_features<Scalar>& to) {
  const axis_map& places = of.reading.places;
  const index copies = copies_of(places);
  const bool first = to.shift.empty();
  to.length = copies * output.stride;
  to.step = to.length + lanes;  // rows at powers of two would collide in the cache
  to.values = copies * output.samples;
  to.numbers.resize(slot(of.units * to.step));
  to.shift.resize(slot(of.units), 0.0);
  to.sum.assign(slot(of.units), 0.0);
  to.square.assign(slot(of.units), 0.0);
  for (index unit = 0; unit < of.units; ++unit) {
    Scalar* const begin = to.numbers.data() + unit * to.step;
    const auto copy = [&] {
      const auto shift = static_cast<Scalar>(to.shift[slot(unit)]);
      row_moments<Scalar> moments;
      Scalar* next = begin;
      for_each_copy(places, unit, [&](index row) {
        copy_shifted(output.numbers + row * output.stride, shift, output.samples, output.stride,
                     next);
        moments.add(next, output.stride);
        next += output.stride;
      });
      return moments;
    };
    row_moments<Scalar> moments = copy();
    if (first) {
      to.shift[slot(unit)] = static_cast<double>(
          static_cast<Scalar>(moments.sum / static_cast<double>(to.values)));
      moments = copy();
    }
    to.sum[slot(unit)] = moments.sum;
    to.square[slot(unit)] = moments.square;
  }
}

template class feature_reader<float>;
template class feature_reader<double>;

}  // namespace echelon::merging
