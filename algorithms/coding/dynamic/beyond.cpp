#include "algorithms/coding/dynamic/beyond.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "algorithms/coding/dynamic/stage_work.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "algorithms/coding/row_space.hpp"

namespace echelon::coding {
namespace {

/// Passes everything on to the code's own round, keeps account of rows, and takes over when that
/// round is hopeless.
class rescued_round final : public code_round {
public:
  rescued_round(const gradient_code& code, const round_outlook& outlook, beyond_tolerance how)
      : inner_(code.open(outlook)), how_(how), holds_(code.holds()), parts_(code.shape().parts),
        alive_(static_cast<std::size_t>(code.shape().senders), true) {
    for (index sender = 0; sender < code.shape().senders; ++sender)
      if (const auto row = code.work(sender); !row.empty())
        tasks_[{sender, 0}] = {{row.begin(), row.end()}};
    follow();
  }

  void answered(index sender, index task, double now_s) override {
    tasks_.at({sender, task}).answered = true;
    if (!rescuing_)
      inner_->answered(sender, task, now_s);
    follow();
  }
  void progressed(index sender, index task, index parts_done, double now_s) override {
    if (!rescuing_)
      inner_->progressed(sender, task, parts_done, now_s);
    follow();
  }
  void lost(index sender, double now_s) override {
    alive_[static_cast<std::size_t>(sender)] = false;
    if (!rescuing_)
      inner_->lost(sender, now_s);
    follow();
    if (rescuing_ && how_ == beyond_tolerance::reissue)
      reissue();
  }
  void woken(double now_s) override {
    code_round::woken(now_s);
    if (!rescuing_)
      inner_->woken(now_s);
    follow();
  }

  bool decodable() const override {
    if (!rescuing_)
      return inner_->decodable();
    if (how_ == beyond_tolerance::reissue)
      return rows(counted::answered).spans_sum();
    return anybody([](const task_state& task) { return task.answered; }) && !awaiting();
  }
  bool hopeless() const override { return rescuing_ && !decodable() && !awaiting(); }
  /// Whoever is dismissed early could neither answer nor help later.
  bool wanted(index) const override { return !decodable(); }
  result<decoding> decode() const override {
    if (!rescuing_)
      return inner_->decode();
    if (!decodable())
      return fail(errc::too_many_stragglers,
                  "beyond the tolerance of the code, and {} of {} "
                  "senders are left",
                  std::ranges::count(alive_, true), alive_.size());
    return rows(counted::answered).combine();
  }
  std::map<std::string, double> facts() const override {
    auto noted = inner_->facts();
    if (rescuing_)
      noted["reissued_parts"] = static_cast<double>(reissued_);
    return noted;
  }

private:
  struct task_state {
    std::vector<coded_part> parts;
    bool answered = false;
    bool dropped = false;  ///< a later order replaced it
  };
  enum class counted : unsigned char { answered, answered_or_to_come };

  template <class Test>
  bool anybody(Test test) const {
    return std::ranges::any_of(tasks_, [&test](const auto& entry) { return test(entry.second); });
  }
  /// Whether an answer to this task may still come.
  bool open(answer_id id, const task_state& task) const {
    const bool kept_back = holds_ && id.task == 0;
    return !task.answered && !task.dropped && !kept_back &&
           alive_[static_cast<std::size_t>(id.sender)];
  }
  bool awaiting() const {
    return std::ranges::any_of(
        tasks_, [this](const auto& entry) { return open(entry.first, entry.second); });
  }
  row_space rows(counted which) const {
    row_space space{parts_};
    for (const auto& [id, task] : tasks_)
      if (task.answered || (which == counted::answered_or_to_come && open(id, task)))
        space.add(task.parts);
    return space;
  }

  /// Does what the inner round wants; once it is hopeless it wants nothing any more.
  void follow() {
    if (rescuing_)
      return;
    for (order& asked : inner_->take_orders())
      set(std::move(asked));
    wake_at(inner_->wake_s());
    if (!inner_->hopeless())
      return;
    rescuing_ = true;
    wake_at(std::nullopt);
    if (how_ == beyond_tolerance::reissue)
      reissue();
  }

  void set(order asked) {
    if (asked.instead)
      for (auto& [id, task] : tasks_)
        if (id.sender == asked.sender && !task.answered)
          task.dropped = true;
    tasks_[{asked.sender, asked.task}] = {asked.parts};
    ask(std::move(asked));
  }

  void reissue() {
    const auto missing = rows(counted::answered_or_to_come).missing();
    std::vector<helper> survivors;
    for (index sender = 0; sender < std::ssize(alive_); ++sender)
      if (alive_[static_cast<std::size_t>(sender)])
        survivors.push_back({sender});
    if (missing.empty() || survivors.empty())
      return;
    reissued_ += std::ssize(missing);
    for (helper_row& row : share_out(missing, survivors, 0))
      set({row.sender, next_task(row.sender), std::move(row.parts)});
  }

  index next_task(index sender) const {
    const auto after = tasks_.lower_bound({sender + 1, 0});
    if (after == tasks_.begin() || std::prev(after)->first.sender != sender)
      return 1;
    return std::prev(after)->first.task + 1;
  }

  std::unique_ptr<code_round> inner_;
  beyond_tolerance how_;
  bool holds_;
  index parts_;
  std::map<answer_id, task_state> tasks_;
  std::vector<bool> alive_;
  bool rescuing_ = false;
  index reissued_ = 0;
};

class rescued_code final : public gradient_code {
public:
  rescued_code(gradient_code_ptr code, beyond_tolerance how) : code_(std::move(code)), how_(how) {}

  code_shape shape() const override { return code_->shape(); }
  std::span<const coded_part> work(index sender) const override { return code_->work(sender); }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override {
    return std::make_unique<rescued_round>(*code_, outlook, how_);
  }
  bool streams() const override { return code_->streams(); }
  bool holds() const override { return code_->holds(); }
  bool reacts() const override { return code_->reacts() || how_ == beyond_tolerance::reissue; }
  bool chooses_at(index round) const override { return code_->chooses_at(round); }
  std::vector<double> choose(const round_outlook& outlook) const override {
    return code_->choose(outlook);
  }
  bool foresees() const override { return code_->foresees(); }
  bool exact() const override { return code_->exact() && how_ != beyond_tolerance::least_squares; }
  bool order_free() const override { return code_->order_free(); }
  double amplification_worst() const override { return code_->amplification_worst(); }

private:
  gradient_code_ptr code_;
  beyond_tolerance how_;
};

constexpr std::array<std::string_view, 3> names{"fail", "least-squares", "reissue"};

}  // namespace

result<beyond_tolerance> beyond_from(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end())
    return fail(errc::bad_input,
                "\"{}\" is no way to go on; it must be \"fail\", \"least-squares\" or \"reissue\"",
                name);
  return static_cast<beyond_tolerance>(found - names.begin());
}

result<gradient_code_ptr> go_beyond(gradient_code_ptr code, beyond_tolerance how) {
  if (how == beyond_tolerance::fail)
    return code;
  if (code->frame() != message_frame{})
    return fail(errc::not_supported,
                "coding.beyond: \"{}\" cannot mend a code that cuts vectors; it must be \"fail\"",
                names[static_cast<std::size_t>(how)]);
  return std::make_shared<const rescued_code>(std::move(code), how);
}

}  // namespace echelon::coding
