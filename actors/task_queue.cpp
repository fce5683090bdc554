#include "actors/task_queue.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/base/contract.hpp"

namespace echelon::actors {

void task_queue::begin(std::span<const coding::coded_part> row, bool keep, bool answers) {
  tasks_.clear();
  kept_.clear();
  keep_ = keep;
  if (!row.empty())
    tasks_.push_back({0, {row.begin(), row.end()}, 0, answers});
}

void task_queue::add(task added, bool instead) {
  if (instead)
    tasks_.clear();
  skip_kept(added);
  tasks_.push_back(std::move(added));
}

const task_queue::task* task_queue::current() const {
  const auto found = std::ranges::find_if(
      tasks_, [](const task& one) { return one.done < std::ssize(one.parts); });
  return found == tasks_.end() ? nullptr : &*found;
}

index task_queue::next_part() const {
  const task* front = current();
  expects(front != nullptr);
  return front->parts[static_cast<std::size_t>(front->done)].part;
}

void task_queue::finish(coding::contribution part) {
  const task* front = current();
  expects(front != nullptr);
  if (keep_) {
    kept_.emplace(next_part(), std::move(part));
    for (task& waiting : tasks_)
      skip_kept(waiting);
    return;
  }
  ++tasks_[static_cast<std::size_t>(front - &tasks_.front())].done;
}

std::optional<task_queue::task> task_queue::take_complete() {
  const auto found = std::ranges::find_if(
      tasks_, [](const task& one) { return one.answers && one.done == std::ssize(one.parts); });
  if (found == tasks_.end())
    return std::nullopt;
  task complete = std::move(*found);
  tasks_.erase(found);
  return complete;
}

void task_queue::skip_kept(task& waiting) const {
  while (waiting.done < std::ssize(waiting.parts) &&
         kept_.contains(waiting.parts[static_cast<std::size_t>(waiting.done)].part))
    ++waiting.done;
}

}  // namespace echelon::actors
