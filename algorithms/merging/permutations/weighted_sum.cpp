#include "algorithms/merging/permutations/weighted_sum.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::merging {
namespace {

index size_of(const tensor_map& tensor) {
  index size = 1;
  for (const index length : tensor.shape)
    size *= length;
  return size;
}

template <class Scalar>
void add_tensor(const tensor_map& tensor, const weighted_state& part, std::vector<double>& sums) {
  const auto numbers = part.state->as<Scalar>();
  for_each_run(tensor, *part.orders, [&](index to, index from, index count) {
    for (index k = 0; k < count; ++k)
      sums[slot(to - tensor.offset + k)] += part.weight *
                                            static_cast<double>(numbers[slot(from + k)]);
  });
}

}  // namespace

block weighted_sum(const permutation_spec& spec, const std::vector<weighted_state>& parts) {
  expects(!parts.empty());
  const precision kind = parts[0].state->kind();
  block_builder sum{spec.state_size, kind, contents::unset};
  with_scalar(kind, [&]<class Scalar>(Scalar) {
    for (const tensor_map& tensor : spec.tensors) {
      std::vector<double> sums(slot(size_of(tensor)), 0.0);
      for (const weighted_state& part : parts)
        add_tensor<Scalar>(tensor, part, sums);
      std::ranges::transform(sums, sum.as<Scalar>().begin() + tensor.offset,
                             [](double number) { return static_cast<Scalar>(number); });
    }
  });
  return block::freeze(std::move(sum));
}

double distance(const permutation_spec& spec, const block& left, const block& right,
                const unit_orders& orders) {
  double squares = 0;
  index count = 0;
  with_scalar(left.kind(), [&]<class Scalar>(Scalar) {
    const auto ours = left.as<Scalar>(), theirs = right.as<Scalar>();
    for (const tensor_map& tensor : spec.tensors) {
      if (!tensor.trained())
        continue;
      count += size_of(tensor);
      for_each_run(tensor, orders, [&](index to, index from, index run) {
        for (index k = 0; k < run; ++k) {
          const double off = static_cast<double>(ours[slot(to + k)]) -
                             static_cast<double>(theirs[slot(from + k)]);
          squares += off * off;
        }
      });
    }
  });
  return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count));
}

}  // namespace echelon::merging
