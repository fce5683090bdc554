#pragma once

#include <map>
#include <memory>

#include "algorithms/coding/work_plan.hpp"

namespace echelon::actors {

using work_plan_ptr = std::shared_ptr<const coding::work_plan>;

/// The plans of a run, by id: messages name plans, and every node finds here what one means. A
/// round's plan stays until the run is over, so that late answers can be told from foreign ones.
class plan_shelf {
public:
  void put(work_plan_ptr plan) { plans_.insert_or_assign(plan->id, std::move(plan)); }
  /// nullptr when there is none of that id.
  work_plan_ptr find(std::uint64_t id) const {
    const auto found = plans_.find(id);
    return found == plans_.end() ? nullptr : found->second;
  }

private:
  std::map<std::uint64_t, work_plan_ptr> plans_;
};

}  // namespace echelon::actors
