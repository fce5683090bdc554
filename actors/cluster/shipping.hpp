#pragma once

#include "actors/cluster/cluster_messages.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::actors {

/// The samples of a set from `first` on, as many as fit into one message.
/// Errors: there is no such sample. Cost: a copy of those rows.
result<training_rows> rows_from(const learning::dataset& whole, std::int64_t first);

/// Puts a shipped set together again, piece by piece, in order.
class shipped_set {
public:
  /// Errors: a piece that is not the next one, or contradicts itself or the others.
  result<void> add(const training_rows& piece);
  bool complete() const { return started_ && next() == set_.count; }
  index next() const { return rows_; }
  learning::dataset take() { return std::move(set_); }

private:
  learning::dataset set_;
  index rows_ = 0;
  bool started_ = false;
};

}  // namespace echelon::actors
