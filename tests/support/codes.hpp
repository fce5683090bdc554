#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/encoding_matrix.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

inline result<gradient_code_ptr> make_code(std::string_view name, const code_shape& shape) {
  return codes().make(name, value_table{}, "coding", shape);
}

/// Everybody but `absent` senders drawn at random, ascending.
inline std::vector<index> random_arrivals(random_stream& random, index senders, index absent) {
  auto arrived = sample_without_replacement(random, senders, senders - absent);
  std::ranges::sort(arrived);
  return arrived;
}

/// The members of the set whose bits are `bits`.
inline std::vector<index> subset(index senders, index bits) {
  std::vector<index> members;
  for (index sender = 0; sender < senders; ++sender)
    if ((bits >> sender) & 1)
      members.push_back(sender);
  return members;
}

/// a B: what the decoded sum contains of every part.
inline vector coefficients(const matrix& encoding, const std::vector<index>& arrived,
                           const decoding& how) {
  vector sum = vector::Zero(encoding.cols());
  for (std::size_t i = 0; i < arrived.size(); ++i)
    sum += how.weights[i] * encoding.row(arrived[i]).transpose();
  return sum;
}

}  // namespace echelon::coding
