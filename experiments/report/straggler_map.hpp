#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::experiments {

/// Answer times of workers over rounds in a bounded number of cells: a cell holds one worker and
/// one round where there is room, and a block of workers and rounds where there is not.
class straggler_map {
public:
  static constexpr index rows_max = 100;
  static constexpr index columns_max = 240;

  struct cell {
    double answer_sum_s = 0;
    index answers = 0;
    index silent = 0;  ///< no answer had come when the round ended
    index slow = 0;    ///< drawn slow

    index count() const { return answers + silent; }
    std::optional<double> answer_mean_s() const;
    void add(const cell& other);
  };

  /// Rounds come in order; every round names the same workers (an empty list, as in runs without
  /// workers, is left out). `slow` holds worker indices; those out of range are ignored.
  /// Returns false, and changes nothing, when the number of workers differs.
  bool add_round(std::span<const std::optional<double>> answers_s, std::span<const index> slow);

  bool empty() const { return workers_ == 0; }
  index workers() const { return workers_; }
  index rounds() const { return rounds_; }
  index rows() const { return (workers_ + workers_per_row() - 1) / workers_per_row(); }
  index columns() const { return (rounds_ + rounds_per_column_ - 1) / rounds_per_column_; }
  index workers_per_row() const { return std::max<index>(1, (workers_ + rows_max - 1) / rows_max); }
  index rounds_per_column() const { return rounds_per_column_; }
  const cell& at(index row, index column) const;

private:
  void halve();
  cell& cell_at(index row, index column);

  index workers_ = 0;
  index rounds_ = 0;
  index rounds_per_column_ = 1;
  std::vector<cell> cells_;  ///< row by row, columns_max a row
};

}  // namespace echelon::experiments
