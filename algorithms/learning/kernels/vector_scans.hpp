#pragma once

#include "algorithms/learning/kernels/vector_kernels.hpp"

// The inner loops of an assignment problem. Whole vectors first, then the rest one by one.
namespace echelon::learning::kernels {
namespace {

template <class Scalar>
constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

template <class Scalar>
constexpr index whole_vectors(index count) {
  return count / index{lane_count<Scalar>} * index{lane_count<Scalar>};
}

/// 0, 1, 2, ... in the lanes.
template <class Scalar>
inline lanes<Scalar> lane_numbers() {
  Scalar numbers[lane_count<Scalar>];
  for (unsigned k = 0; k < lane_count<Scalar>; ++k)
    numbers[k] = static_cast<Scalar>(k);
  return load(numbers);
}

template <class Scalar>
bool raise_all(const Scalar* row, Scalar number, Scalar* best, Scalar* winner, index count) {
  const index whole = whole_vectors<Scalar>(count);
  lanes<Scalar> refused{};
  for (index i = 0; i < whole; i += lane_count<Scalar>) {
    const lanes<Scalar> value = load(row + i), before = load(best + i);
    refused = value < infinity<Scalar> ? refused : spread(Scalar{1});
    store(winner + i, value > before ? spread(number) : load(winner + i));
    store(best + i, value > before ? value : before);
  }
  bool fine = sum_lanes<Scalar>(refused) == 0;
  for (index i = whole; i < count; ++i) {
    fine = fine && row[i] < infinity<Scalar>;
    if (row[i] > best[i]) {
      best[i] = row[i];
      winner[i] = number;
    }
  }
  return fine;
}

/// Puts one more candidate where it belongs.
template <class Scalar>
void insert(largest_two<Scalar>& found, Scalar value, index at) {
  const auto beats = [&](Scalar other, index other_at) {
    return value > other || (value == other && at < other_at);
  };
  if (beats(found.first, found.first_at)) {
    found.second = found.first;
    found.second_at = found.first_at;
    found.first = value;
    found.first_at = at;
  } else if (beats(found.second, found.second_at)) {
    found.second = value;
    found.second_at = at;
  }
}

template <class Scalar>
largest_two<Scalar> find_two_largest_of(const Scalar* row, const Scalar* price, index count) {
  constexpr unsigned width = lane_count<Scalar>;
  const index whole = whole_vectors<Scalar>(count);
  lanes<Scalar> first = spread(-infinity<Scalar>), second = first;
  lanes<Scalar> first_at{}, second_at{}, at = lane_numbers<Scalar>();
  for (index i = 0; i < whole; i += width) {
    const lanes<Scalar> value = load(row + i) - load(price + i);
    const bits<Scalar> larger = value > first;
    const lanes<Scalar> loser = larger ? first : value;
    const lanes<Scalar> loser_at = larger ? first_at : at;
    first = larger ? value : first;
    first_at = larger ? at : first_at;
    const bits<Scalar> better = loser > second;
    second = better ? loser : second;
    second_at = better ? loser_at : second_at;
    at += static_cast<Scalar>(width);
  }
  largest_two<Scalar> found{-infinity<Scalar>, -infinity<Scalar>};
  for (unsigned k = 0; k < width; ++k) {
    insert(found, first[k], static_cast<index>(first_at[k]));
    insert(found, second[k], static_cast<index>(second_at[k]));
  }
  for (index i = whole; i < count; ++i)
    insert(found, row[i] - price[i], i);
  return found;
}

template <class Scalar>
Scalar shorten_all(const Scalar* row, const Scalar* price, Scalar base, Scalar number,
                   Scalar* distance, Scalar* from, index count) {
  const index whole = whole_vectors<Scalar>(count);
  lanes<Scalar> least = spread(infinity<Scalar>);
  for (index i = 0; i < whole; i += lane_count<Scalar>) {
    const lanes<Scalar> way = base - (load(row + i) - load(price + i));
    const lanes<Scalar> before = load(distance + i);
    const bits<Scalar> shorter = way < before;
    const lanes<Scalar> after = shorter ? way : before;
    store(distance + i, after);
    store(from + i, shorter ? spread(number) : load(from + i));
    const lanes<Scalar> open = after > -infinity<Scalar> ? after : spread(infinity<Scalar>);
    least = open < least ? open : least;
  }
  Scalar smallest = infinity<Scalar>;
  for (unsigned k = 0; k < lane_count<Scalar>; ++k)
    smallest = least[k] < smallest ? least[k] : smallest;
  for (index i = whole; i < count; ++i) {
    const Scalar way = base - (row[i] - price[i]);
    if (way < distance[i]) {
      distance[i] = way;
      from[i] = number;
    }
    if (distance[i] > -infinity<Scalar> && distance[i] < smallest)
      smallest = distance[i];
  }
  return smallest;
}

}  // namespace
}  // namespace echelon::learning::kernels
