#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::actors {

/// One peer's samples in batches, epoch by epoch: reshuffled every time, the last batch of an epoch
/// as short as it comes. Steps are numbered through; the same number gives the same batch.
class epochs {
public:
  /// `batch` 0: all samples at once.
  epochs(std::span<const index> rows, index batch, std::uint64_t data_seed, index peer);

  index steps_each() const;
  /// The rows of a step, from 0. Valid until the next call. Cost: a shuffle where the epoch is
  /// another one than last time.
  std::span<const index> rows(index step);

private:
  std::vector<index> rows_, order_;
  index batch_;
  std::uint64_t data_seed_;
  index peer_;
  index epoch_ = -1;
};

}  // namespace echelon::actors
