#pragma once

#include <initializer_list>
#include <span>

#include "algorithms/base/block.hpp"

namespace echelon::merging {

/// A vector to be read, of either precision; whoever owns it outlives this.
struct vector_view {
  precision kind = precision::single;
  std::span<const std::byte> bytes;

  vector_view(const block& from) : kind(from.kind()), bytes(from.bytes()) {}
  vector_view(const block_builder& from)
      : kind(from.kind()), bytes(with_scalar(kind, [&]<class Scalar>(Scalar) {
          return std::as_bytes(from.as<Scalar>());
        })) {}

  index size() const { return static_cast<index>(bytes.size() / bytes_of(kind)); }
};

/// One term of a weighted sum.
struct sum_term {
  double factor;
  vector_view vector;
};

/// A run of elements.
struct element_range {
  index first = 0;
  index last = 0;  ///< one beyond
};

/// into = sum of factor * vector, element by element over `range`. Added up in double, in the order
/// given, and rounded once; `into` may be one of the terms. Shapes: all at least range.last long.
/// Cost: one pass over each.
void assign_sum(block_builder& into, element_range range, std::span<const sum_term> terms);
inline void assign_sum(block_builder& into, element_range range,
                       std::initializer_list<sum_term> terms) {
  assign_sum(into, range, std::span{terms.begin(), terms.size()});
}

/// Added up in double, in order.
double dot(vector_view a, vector_view b, element_range range);

block_builder copy_of(const block_builder& from);
block frozen_copy(const block_builder& from);

}  // namespace echelon::merging
