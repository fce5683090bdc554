#pragma once

#include <bit>

#include "algorithms/compression/selection/magnitude.hpp"
#include "algorithms/compression/selection/scan_kernels.hpp"

// Included by one source file per instruction set. Everything has internal linkage, so that no code
// for a newer CPU can stand in for that of an older one.
namespace echelon::compression {
namespace {

constexpr std::size_t block_size = 64;

/// The scans over `Blocks::exceeding`, which answers a bit for each of 64 values: whether its
/// magnitude exceeds `below`. Few do, so that most blocks cost nothing but the comparison.
template <class Blocks>
struct scan_loops {
  static index collect(std::span<const float> values, std::uint32_t below, std::uint32_t first,
                       found_here found) {
    std::size_t count = 0;
    const auto keep = [&](std::size_t position) {
      found.indices[count] = first + static_cast<std::uint32_t>(position);
      found.values[count] = values[position];
      ++count;
    };
    std::size_t start = 0;
    for (; start + block_size <= values.size(); start += block_size)
      for (auto bits = Blocks::exceeding(values.data() + start, below); bits != 0; bits &= bits - 1)
        keep(start + static_cast<std::size_t>(std::countr_zero(bits)));
    for (; start < values.size(); ++start)
      if (magnitude_of(values[start]) > below)
        keep(start);
    return static_cast<index>(count);
  }

  static index count(std::span<const float> values, std::uint32_t below) {
    index total = 0;
    std::size_t start = 0;
    for (; start + block_size <= values.size(); start += block_size)
      total += std::popcount(Blocks::exceeding(values.data() + start, below));
    for (; start < values.size(); ++start)
      total += magnitude_of(values[start]) > below ? 1 : 0;
    return total;
  }

  static constexpr scan_kernels named(std::string_view name) { return {name, collect, count}; }
};

}  // namespace
}  // namespace echelon::compression
