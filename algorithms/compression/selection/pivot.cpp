#include "algorithms/compression/selection/pivot.hpp"

#include <array>
#include <vector>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/selection/magnitude.hpp"

namespace echelon::compression {
namespace {

constexpr unsigned buckets = 2048;
/// Neighbours are often equal, and an increment must not wait for the one before it.
constexpr std::size_t tables = 4;

/// The bits of a magnitude that one pass counts by.
struct digit {
  unsigned shift, width;

  std::uint32_t of(std::uint32_t magnitude) const {
    return magnitude >> shift & ((1U << width) - 1);
  }
};

struct bucket {
  std::uint32_t number = 0;
  index larger = 0;  ///< how many values are in higher ones
  index members = 0;
};

/// The bucket where the rank falls.
template <class Value>
bucket find_bucket(std::span<const Value> values, digit by, index rank) {
  std::array<std::array<std::uint32_t, buckets>, tables> counts{};
  std::size_t i = 0;
  for (; i + tables <= values.size(); i += tables)
    for (std::size_t table = 0; table < tables; ++table)
      ++counts[table][by.of(magnitude_of(values[i + table]))];
  for (; i < values.size(); ++i)
    ++counts[0][by.of(magnitude_of(values[i]))];

  bucket here{.number = (1U << by.width) - 1};
  for (;; --here.number) {
    here.members = 0;
    for (const auto& table : counts)
      here.members += table[here.number];
    if (here.larger + here.members >= rank || here.number == 0)
      return here;
    here.larger += here.members;
  }
}

template <class Value>
std::vector<std::uint32_t> members_of(std::span<const Value> values, digit by, const bucket& here) {
  std::vector<std::uint32_t> members;
  members.reserve(slot(here.members));
  for (const Value value : values)
    if (const std::uint32_t magnitude = magnitude_of(value); by.of(magnitude) == here.number)
      members.push_back(magnitude);
  return members;
}

}  // namespace

pivot find_pivot(std::span<const float> values, index rank) {
  expects(rank >= 1 && rank <= std::ssize(values));
  constexpr digit leading{20, 11}, middle{10, 10}, last{0, 10};
  const bucket first = find_bucket(values, leading, rank);
  const auto near = members_of(values, leading, first);
  const bucket second = find_bucket(std::span{near}, middle, rank - first.larger);
  const auto nearer = members_of(std::span{near}, middle, second);
  const index larger = first.larger + second.larger;
  const bucket third = find_bucket(std::span{nearer}, last, rank - larger);
  return {first.number << leading.shift | second.number << middle.shift | third.number,
          larger + third.larger};
}

}  // namespace echelon::compression
