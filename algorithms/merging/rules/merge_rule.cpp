#include "algorithms/merging/rules/merge_rule.hpp"

namespace echelon::merging {
namespace {

class gathered_merge final : public merge_in_turn {
public:
  gathered_merge(const merge_rule& rule, merge_task task) : rule_(rule), task_(std::move(task)) {}

  result<void> add(peer_model other) override {
    task_.others.push_back(std::move(other));
    return {};
  }

  result<merged_model> finish(double own, double others) override {
    task_.own.weight = own;
    for (peer_model& other : task_.others)
      other.weight *= others;
    return rule_.merge(task_);
  }

private:
  const merge_rule& rule_;
  merge_task task_;
};

}  // namespace

std::unique_ptr<merge_in_turn> merge_rule::begin(merge_task task) const {
  return std::make_unique<gathered_merge>(*this, std::move(task));
}

}  // namespace echelon::merging
