#include "algorithms/coding/dynamic/backup_tasks.hpp"

#include <algorithm>

#include "algorithms/coding/dynamic/tracked_round.hpp"

namespace echelon::coding {
namespace {

class backup_round final : public tracked_round {
public:
  backup_round(const gradient_code& code, double after_fraction)
      : tracked_round(code), after_fraction_(after_fraction) {}

  std::map<std::string, double> facts() const override {
    return {{"backup_tasks", static_cast<double>(copies_)}};
  }

private:
  void react(double) override {
    index set = 0;
    index in = 0;
    std::vector<bool> busy(static_cast<std::size_t>(senders()), false);
    for (const auto& [id, task] : tasks()) {
      set += id.task == 0;
      in += id.task == 0 && task.answered;
      if (!task.answered)
        busy[static_cast<std::size_t>(id.sender)] = true;
    }
    const bool late = static_cast<double>(in) >= after_fraction_ * static_cast<double>(set);
    std::vector<index> idle;
    for (index sender = senders(); sender-- > 0;)
      if (alive(sender) && !busy[static_cast<std::size_t>(sender)])
        idle.push_back(sender);
    for (index sender = 0; sender < senders() && !idle.empty(); ++sender) {
      const auto original = tasks().find({sender, 0});
      if (original == tasks().end() || (alive(sender) && !late) || served(original->second))
        continue;
      assign(idle.back(), original->second.parts);
      idle.pop_back();
      ++copies_;
    }
  }

  /// Whether the task, or a copy of it, is answered, or a copy is being made by a living sender.
  bool served(const task_state& original) const {
    return std::ranges::any_of(tasks(), [this, &original](const auto& entry) {
      const auto& [id, task] = entry;
      return task.parts == original.parts && (task.answered || (id.task > 0 && alive(id.sender)));
    });
  }

  double after_fraction_;
  index copies_ = 0;
};

}  // namespace

std::vector<parameter> backup_tasks::declared() {
  return {{.name = "after_fraction",
           .kind = value_kind::number,
           .fallback = value{0.75},
           .summary = "share of the tasks that must be in before others are copied",
           .least = 0,
           .most = 1}};
}

result<backup_tasks> backup_tasks::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check(given, shape, name));
  return backup_tasks{shape, given.number("after_fraction")};
}

std::unique_ptr<code_round> backup_tasks::open(const round_outlook&) const {
  return std::make_unique<backup_round>(*this, after_fraction_);
}

}  // namespace echelon::coding
