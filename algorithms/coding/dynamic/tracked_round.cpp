#include "algorithms/coding/dynamic/tracked_round.hpp"

#include <algorithm>

namespace echelon::coding {
tracked_round::tracked_round(const gradient_code& code)
    : parts_(code.shape().parts), tasks_set_(slot(code.shape().senders), 0),
      alive_(tasks_set_.size(), true),
      finished_(tasks_set_.size(), std::vector<bool>(slot(parts_), false)), arrived_(parts_) {
  for (index sender = 0; sender < senders(); ++sender)
    if (const auto row = code.work(sender); !row.empty())
      tasks_[{sender, 0}] = {{row.begin(), row.end()}};
}

answer_id tracked_round::assign(index sender, std::vector<coded_part> parts, bool instead) {
  const index task = ++tasks_set_[slot(sender)];
  tasks_[{sender, task}] = {parts};
  ask({sender, task, std::move(parts), instead});
  return {sender, task};
}

void tracked_round::answered(index sender, index task, double now_s) {
  task_state& done = tasks_.at({sender, task});
  done.answered = true;
  arrived_.add(done.parts);
  progressed(sender, task, std::ssize(done.parts), now_s);
}

void tracked_round::progressed(index sender, index task, index parts_done, double now_s) {
  const auto known = tasks_.find({sender, task});
  if (known == tasks_.end())
    return;
  const auto& parts = known->second.parts;
  for (index i = 0; i < std::min(parts_done, std::ssize(parts)); ++i)
    finished_[slot(sender)][slot(parts[slot(i)].part)] = true;
  if (!decodable())
    react(now_s);
}

void tracked_round::lost(index sender, double now_s) {
  alive_[slot(sender)] = false;
  if (!decodable())
    react(now_s);
}

void tracked_round::woken(double now_s) {
  wake_at(std::nullopt);
  if (!decodable())
    react(now_s);
}

bool tracked_round::hopeless() const { return !decodable() && !anybody_left(); }

bool tracked_round::anybody_left() const {
  return std::ranges::any_of(alive_, [](bool still) { return still; });
}

row_space tracked_round::arrived() const {
  row_space rows{parts_};
  for (const auto& [id, task] : tasks_)
    if (task.answered)
      rows.add(task.parts);
  return rows;
}

result<decoding> tracked_round::decode() const {
  decoding how = arrived().combine();
  if (!how.exact)
    return fail(errc::too_many_stragglers,
                "the {} answers that are in miss the sum over {} parts by {:.1e} of its size",
                how.weights.size(), parts_, how.residual);
  return how;
}

}  // namespace echelon::coding
