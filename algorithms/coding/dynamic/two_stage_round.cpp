#include "algorithms/coding/dynamic/two_stage_round.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace echelon::coding {
namespace {

constexpr int extensions_max = 2;
constexpr index first_task = 1;
/// No speed is observed over a shorter time.
constexpr double elapsed_least_s = 1e-9;

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

}  // namespace

two_stage_round::two_stage_round(const gradient_code& code, stage_choice choice,
                                 const stage_settings& given,
                                 std::span<const sender_history> history)
    : tracked_round(code), choice_(std::move(choice)), given_(given),
      known_speeds_(slot(senders()), 0.0), alive_at_plan_(senders()) {
  for (index sender = 0; sender < std::ssize(history); ++sender)
    if (history[slot(sender)].rounds > 0 && history[slot(sender)].part_s > 0)
      known_speeds_[slot(sender)] = 1 / history[slot(sender)].part_s;
  begin(choice_.shares);
  if (choice_.deadline_s > 0)
    deadline_s_ = choice_.deadline_s;
  wake_at(deadline_s_);
}

void two_stage_round::begin(std::span<const index> shares) {
  index part = 0;
  for (index sender = 0; sender < senders(); ++sender) {
    std::vector<coded_part> run;
    for (const index end = part + shares[slot(sender)]; part < end; ++part)
      run.push_back({part, 1.0});
    if (run.empty())
      continue;
    beginners_.push_back({sender, run});
    assign(sender, std::move(run));
  }
  expects(part == parts());
}

void two_stage_round::react(double now_s) {
  switch (stage_) {
    case stage::first: watch_first_stage(now_s); break;
    case stage::assigning:
      if (reached(release_s_, now_s))
        hand_out(now_s);
      else
        wake_at(release_s_);
      break;
    case stage::later:
      if (count_alive() < alive_at_plan_)
        plan_stage(now_s);
      break;
  }
}

index two_stage_round::parts_done(const beginner& one) const {
  return std::ranges::count_if(one.parts, [this, &one](const coded_part& entry) {
    return finished(one.sender, entry.part);
  });
}

void two_stage_round::watch_first_stage(double now_s) {
  index ended = 0;
  index open = 0;
  for (beginner& one : beginners_) {
    if (!one.finished_s && parts_done(one) == std::ssize(one.parts))
      one.finished_s = now_s;
    (is_open(one) ? open : ended) += 1;
  }
  const double enough = given_.adaptive_fraction * static_cast<double>(beginners_.size());
  if (!deadline_s_ && ended > 0 && static_cast<double>(ended) >= enough)
    deadline_s_ = now_s * (1 + given_.adaptive_margin);
  wake_at(deadline_s_);
  const bool nothing_to_come = open == 0 && count_alive() < senders();
  if (nothing_to_come || (deadline_s_ && reached(*deadline_s_, now_s)))
    close_first_stage(now_s);
}

void two_stage_round::close_first_stage(double now_s) {
  const bool somebody_free = !helpers(now_s).empty();
  const bool somebody_open = std::ranges::any_of(
      beginners_, [this](const beginner& one) { return is_open(one); });
  if (!somebody_free && somebody_open && extensions_ < extensions_max) {
    ++extensions_;
    deadline_s_ = 2 * now_s;
    wake_at(deadline_s_);
    return;
  }
  for (const beginner& one : beginners_)
    if (one.finished_s)
      expected_.insert({one.sender, first_task});
    else if (alive(one.sender))
      interrupt(one);
  wake_at(std::nullopt);
  missing_at_deadline_ = std::ssize(expected().missing());
  plan_stage(now_s);
}

/// Asks for what is finished. The rest is ordered first, so that a part under way goes on.
void two_stage_round::interrupt(const beginner& one) {
  const index done = parts_done(one);
  if (done == 0)
    return;
  assign(one.sender, {one.parts.begin() + done, one.parts.end()}, true);
  expected_.insert(assign(one.sender, {one.parts.begin(), one.parts.begin() + done}));
}

void two_stage_round::plan_stage(double now_s) {
  alive_at_plan_ = count_alive();
  stage_ = stage::later;
  const auto missing = expected().missing();
  if (missing.empty() || alive_at_plan_ == 0)
    return;
  ++stages_;
  auto able = helpers(now_s);
  if (able.empty())
    for (const beginner& one : beginners_)
      if (alive(one.sender))
        able.push_back({one.sender, observed_speed(one, now_s)});
  planned_ = share_out(missing, able, choice_.stragglers);
  stage_ = stage::assigning;
  release_s_ = now_s + given_.assignment_s;
  if (given_.assignment_s > 0)
    wake_at(release_s_);
  else
    hand_out(now_s);
}

void two_stage_round::hand_out(double now_s) {
  stage_ = stage::later;
  for (helper_row& row : std::exchange(planned_, {}))
    if (alive(row.sender))
      expected_.insert(assign(row.sender, std::move(row.parts)));
  if (count_alive() < alive_at_plan_)
    plan_stage(now_s);
}

/// Who has finished what it began with, or was given nothing.
std::vector<helper> two_stage_round::helpers(double now_s) const {
  std::vector<double> speeds(slot(senders()), 0.0);
  std::vector<bool> able(slot(senders()), true);
  std::vector<double> observed;
  for (const beginner& one : beginners_) {
    able[slot(one.sender)] = one.finished_s.has_value();
    speeds[slot(one.sender)] = observed_speed(one, now_s);
    if (one.finished_s)
      observed.push_back(speeds[slot(one.sender)]);
  }
  const double usual = observed.empty() ? 1.0 : median(observed);
  std::vector<helper> found;
  for (index sender = 0; sender < senders(); ++sender) {
    if (!able[slot(sender)] || !alive(sender))
      continue;
    const double known = known_speeds_[slot(sender)] > 0 ? known_speeds_[slot(sender)] : usual;
    found.push_back({sender, speeds[slot(sender)] > 0 ? speeds[slot(sender)] : known});
  }
  return found;
}

/// Parts per second in this round; at least half a part until now.
double two_stage_round::observed_speed(const beginner& one, double now_s) const {
  const double elapsed_s = std::max(one.finished_s.value_or(now_s), elapsed_least_s);
  return std::max(static_cast<double>(parts_done(one)), 0.5) / elapsed_s;
}

/// What will be known if all answers come that may be counted on.
row_space two_stage_round::expected() const {
  row_space rows{parts()};
  for (const auto& [id, task] : tasks())
    if (task.answered || (expected_.contains(id) && alive(id.sender)))
      rows.add(task.parts);
  return rows;
}

index two_stage_round::count_alive() const {
  index count = 0;
  for (index sender = 0; sender < senders(); ++sender)
    count += alive(sender);
  return count;
}

std::map<std::string, double> two_stage_round::facts() const {
  return {{"stages", static_cast<double>(stages_)},
          {"stage2_parts", static_cast<double>(missing_at_deadline_)},
          {"m1", static_cast<double>(beginners_.size())},
          {"t1_s", deadline_s_.value_or(0)},
          {"s2", static_cast<double>(choice_.stragglers)}};
}

}  // namespace echelon::coding
