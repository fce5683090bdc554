#include "experiments/report/straggler_map.hpp"

#include "algorithms/base/contract.hpp"

namespace echelon::experiments {

std::optional<double> straggler_map::cell::answer_mean_s() const {
  if (answers == 0)
    return std::nullopt;
  return answer_sum_s / static_cast<double>(answers);
}

void straggler_map::cell::add(const cell& other) {
  answer_sum_s += other.answer_sum_s;
  answers += other.answers;
  silent += other.silent;
  slow += other.slow;
}

bool straggler_map::add_round(std::span<const std::optional<double>> answers_s,
                              std::span<const index> slow) {
  if (answers_s.empty())
    return true;
  if (empty()) {
    workers_ = std::ssize(answers_s);
    cells_.resize(static_cast<std::size_t>(rows() * columns_max));
  }
  if (std::ssize(answers_s) != workers_)
    return false;
  if (rounds_ == columns_max * rounds_per_column_)
    halve();
  const index column = rounds_ / rounds_per_column_;
  ++rounds_;
  for (index worker = 0; worker < workers_; ++worker) {
    cell& here = cell_at(worker / workers_per_row(), column);
    if (const auto& answer = answers_s[static_cast<std::size_t>(worker)]) {
      here.answer_sum_s += *answer;
      ++here.answers;
    } else {
      ++here.silent;
    }
  }
  for (const index worker : slow)
    if (worker >= 0 && worker < workers_)
      ++cell_at(worker / workers_per_row(), column).slow;
  return true;
}

/// Makes room by letting each column hold twice as many rounds.
void straggler_map::halve() {
  for (index row = 0; row < rows(); ++row) {
    for (index column = 0; column < columns_max / 2; ++column) {
      cell merged = at(row, 2 * column);
      merged.add(at(row, 2 * column + 1));
      cell_at(row, column) = merged;
    }
    for (index column = columns_max / 2; column < columns_max; ++column)
      cell_at(row, column) = {};
  }
  rounds_per_column_ *= 2;
}

const straggler_map::cell& straggler_map::at(index row, index column) const {
  expects(row >= 0 && row < rows() && column >= 0 && column < columns_max);
  return cells_[static_cast<std::size_t>(row * columns_max + column)];
}

straggler_map::cell& straggler_map::cell_at(index row, index column) {
  expects(row >= 0 && row < rows() && column >= 0 && column < columns_max);
  return cells_[static_cast<std::size_t>(row * columns_max + column)];
}

}  // namespace echelon::experiments
