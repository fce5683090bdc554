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

/// `sums` begins with the state's number `first`.
template <class Scalar>
void add_tensor(const tensor_map& tensor, const weighted_state& part, index first,
                std::vector<double>& sums) {
  const auto numbers = part.state->as<Scalar>();
  for_each_run(tensor, *part.orders, [&](index to, index from, index count) {
    for (index k = 0; k < count; ++k)
      sums[slot(to - first + k)] += part.weight * static_cast<double>(numbers[slot(from + k)]);
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
        add_tensor<Scalar>(tensor, part, tensor.offset, sums);
      std::ranges::transform(sums, sum.as<Scalar>().begin() + tensor.offset,
                             [](double number) { return static_cast<Scalar>(number); });
    }
  });
  return block::freeze(std::move(sum));
}

running_sum::running_sum(const permutation_spec& spec)
    : spec_(&spec), sums_(slot(spec.state_size), 0.0) {}

void running_sum::add(const weighted_state& part) {
  with_scalar(part.state->kind(), [&]<class Scalar>(Scalar) {
    for (const tensor_map& tensor : spec_->tensors)
      add_tensor<Scalar>(tensor, part, 0, sums_);
  });
}

void running_sum::scale(double by) {
  for (double& sum : sums_)
    sum *= by;
}

block running_sum::take(precision kind) {
  block_builder sum{spec_->state_size, kind, contents::unset};
  with_scalar(kind, [&]<class Scalar>(Scalar) {
    std::ranges::transform(sums_, sum.as<Scalar>().begin(),
                           [](double number) { return static_cast<Scalar>(number); });
  });
  sums_ = {};
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
