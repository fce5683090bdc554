#pragma once

#include <algorithm>
#include <deque>
#include <memory>

#include "algorithms/coding/work_plan.hpp"

namespace echelon::actors {

using work_plan_ptr = std::shared_ptr<const coding::work_plan>;

/// The latest plans of a run, by id: messages name plans, and every node finds here what one means.
/// What names an older one comes too late to matter.
class plan_shelf {
public:
  void put(work_plan_ptr plan) {
    if (find(plan->id) != nullptr)
      return;
    plans_.push_back(std::move(plan));
    if (plans_.size() > kept_max)
      plans_.pop_front();
  }
  /// nullptr when there is none of that id.
  work_plan_ptr find(std::uint64_t id) const {
    const auto found = std::ranges::find(plans_, id, [](const auto& plan) { return plan->id; });
    return found == plans_.end() ? nullptr : *found;
  }

private:
  /// Nodes come and go all through a run, and each time there is a new plan.
  static constexpr std::size_t kept_max = 8;

  std::deque<work_plan_ptr> plans_;  ///< oldest first
};

}  // namespace echelon::actors
