#include "algorithms/merging/permutations/unit_mixes.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

/// How much of one unit goes into another.
struct unit_share {
  index to, from;
  double factor;
};

/// All that is not 0. Shapes: gather, result x source.
std::vector<unit_share> shares_of(const matrix& gather) {
  std::vector<unit_share> shares;
  for (index to = 0; to < gather.rows(); ++to)
    for (index from = 0; from < gather.cols(); ++from)
      if (gather(to, from) != 0)
        shares.push_back({to, from, gather(to, from)});
  return shares;
}

/// A tensor as `repeats` runs of one `slice` per position of an axis.
struct axis_slices {
  index repeats = 1, positions, slice = 1;

  axis_slices(const std::vector<index>& shape, index axis) : positions(shape[slot(axis)]) {
    for (index k = 0; k < std::ssize(shape); ++k)
      if (k != axis)
        (k < axis ? repeats : slice) *= shape[slot(k)];
  }
  index place(index repeat, index position) const {
    return (repeat * positions + position) * slice;
  }
};

/// Calls use(result's position, source's, factor) for all that goes along one segment.
template <class Use>
void for_each_share(const segment& part, const std::vector<unit_share>& shares, Use use) {
  for (index o = 0; o < part.outer; ++o)
    for (const unit_share& share : shares)
      for (index t = 0; t < part.inner; ++t) {
        const index first = part.start + o * part.outer_step + t;
        use(first + share.to * part.inner, first + share.from * part.inner, share.factor);
      }
}

template <class Scalar>
void mix_axis(const tensor_map& tensor, permutation_class::use use, index number,
              const std::vector<unit_share>& shares, std::span<Scalar> state) {
  const axis_slices view{tensor.shape, use.axis};
  const auto numbers = state.subspan(slot(tensor.offset),
                                     slot(view.repeats * view.positions * view.slice));
  const std::vector<double> source(numbers.begin(), numbers.end());
  std::vector<double> mixed = source;
  for (const segment& part : tensor.axes[slot(use.axis)]) {
    if (part.number != number)
      continue;
    for (index repeat = 0; repeat < view.repeats; ++repeat) {
      for (index o = 0; o < part.outer; ++o)
        std::fill_n(mixed.begin() + view.place(repeat, part.start + o * part.outer_step),
                    part.units * part.inner * view.slice, 0.0);
      for_each_share(part, shares, [&](index to, index from, double factor) {
        double* const sum = mixed.data() + view.place(repeat, to);
        const double* const number_of = source.data() + view.place(repeat, from);
        for (index k = 0; k < view.slice; ++k)
          sum[k] += factor * number_of[k];
      });
    }
  }
  std::ranges::transform(mixed, numbers.begin(),
                         [](double number_of) { return static_cast<Scalar>(number_of); });
}

}  // namespace

unit_mix mix_of(const unit_order& p) {
  const index units = std::ssize(p);
  matrix gather = matrix::Zero(units, units);
  for (index r = 0; r < units; ++r)
    gather(r, p[slot(r)]) = 1;
  return {gather, gather.transpose()};
}

unit_mix mixed_after(const unit_order& p, const unit_mix& mix) {
  unit_mix both = mix;
  for (index u = 0; u < std::ssize(p); ++u) {
    both.gather.col(p[slot(u)]) = mix.gather.col(u);
    both.spread.row(p[slot(u)]) = mix.spread.row(u);
  }
  return both;
}

double kept_share(const std::vector<unit_mix>& mixes) {
  index units = 0, still = 0;
  for (const unit_mix& mix : mixes)
    for (index r = 0; r < mix.gather.rows(); ++r, ++units)
      still += mix.gather(r, r) > 0 && mix.gather(r, r) >= mix.gather.row(r).maxCoeff();
  return units == 0 ? 1 : static_cast<double>(still) / static_cast<double>(units);
}

block mix_class(const permutation_spec& spec, index number, const unit_mix& mix,
                const block& state) {
  expects(state.size() == spec.state_size);
  const auto put_out = shares_of(mix.gather);
  const auto read = shares_of(mix.spread.transpose());
  block_builder mixed = copy_of(state);
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    for (const permutation_class::use& use : spec.classes[slot(number)].uses)
      mix_axis(spec.tensors[slot(use.tensor)], use, number, use.axis == 0 ? put_out : read,
               mixed.as<Scalar>());
  });
  return block::freeze(std::move(mixed));
}

}  // namespace echelon::merging
