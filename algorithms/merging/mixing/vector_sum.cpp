#include "algorithms/merging/mixing/vector_sum.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace echelon::merging {
namespace {

/// Small enough for the first-level cache, long enough for the loops to vectorise.
constexpr index piece_elements = 1024;
using piece_sums = std::array<double, piece_elements>;

template <class Scalar>
std::span<const Scalar> elements(const vector_view& from, element_range range) {
  const auto* all = reinterpret_cast<const Scalar*>(from.bytes.data());
  return {all + range.first, all + range.last};
}

void add_piece(piece_sums& sums, const sum_term& term, element_range piece) {
  with_scalar(term.vector.kind, [&]<class Scalar>(Scalar) {
    const auto values = elements<Scalar>(term.vector, piece);
    for (std::size_t i = 0; i < values.size(); ++i)
      sums[i] += term.factor * static_cast<double>(values[i]);
  });
}

}  // namespace

void assign_sum(block_builder& into, element_range range, std::span<const sum_term> terms) {
  expects(range.last <= into.size());
  for (const sum_term& term : terms)
    expects(range.last <= term.vector.size());
  piece_sums sums;
  for (index first = range.first; first < range.last; first += piece_elements) {
    const element_range piece{first, std::min(first + piece_elements, range.last)};
    sums.fill(0);
    for (const sum_term& term : terms)
      add_piece(sums, term, piece);
    with_scalar(into.kind(), [&]<class Scalar>(Scalar) {
      const auto values = into.as<Scalar>();
      for (index i = piece.first; i < piece.last; ++i)
        values[slot(i)] = static_cast<Scalar>(sums[slot(i - piece.first)]);
    });
  }
}

double dot(vector_view a, vector_view b, element_range range) {
  expects(a.kind == b.kind && range.last <= std::min(a.size(), b.size()));
  return with_scalar(a.kind, [&]<class Scalar>(Scalar) {
    const auto left = elements<Scalar>(a, range), right = elements<Scalar>(b, range);
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
      sum += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    return sum;
  });
}

block_builder copy_of(const block_builder& from) {
  block_builder copy{from.size(), from.kind(), contents::unset};
  const vector_view source{from};
  std::memcpy(copy.bytes().data(), source.bytes.data(), source.bytes.size());
  return copy;
}

block frozen_copy(const block_builder& from) { return block::freeze(copy_of(from)); }

}  // namespace echelon::merging
