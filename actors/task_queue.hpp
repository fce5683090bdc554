#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/coding/code_round.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// What a worker has to do in one round, and what of it is done: tasks in the order they came, the
/// parts they need in the order they name them. A part that is kept is computed once, whichever
/// tasks need it. Pure: no actor, no clock.
class task_queue {
public:
  struct task {
    std::int32_t number = 0;
    std::vector<coding::coded_part> parts;
    index done = 0;       ///< of its parts, the first so many are finished
    bool answers = true;  ///< false: its parts are only kept for tasks that follow
  };

  /// Empties the queue and starts with task 0, if that has parts. `keep`: finished parts stay until
  /// the next round; otherwise every task takes its own.
  void begin(std::span<const coding::coded_part> row, bool keep, bool answers);
  /// `instead` gives up every task that is not answered yet.
  void add(task added, bool instead);

  /// The task worked on, and its next part; nothing when all that is wanted is done.
  const task* current() const;
  index next_part() const;
  /// The next part is finished.
  void finish(coding::contribution part);

  /// A task whose parts are all finished, for its one answer; the oldest first.
  std::optional<task> take_complete();
  /// The kept values of a part.
  const coding::contribution& value(index part) const { return kept_.at(part); }
  bool keeps() const { return keep_; }

private:
  /// Passes over parts that are kept already.
  void skip_kept(task& waiting) const;

  std::vector<task> tasks_;
  std::map<index, coding::contribution> kept_;
  bool keep_ = false;
};

}  // namespace echelon::actors
