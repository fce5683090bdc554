#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "algorithms/coding/encoder.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::coding {

inline constexpr double never_s = std::numeric_limits<double>::infinity();

/// How one sender behaves in a simulated round; times in seconds.
struct sender_script {
  double part_s = 1;          ///< computing one part; never_s: it stays silent
  double link_s = 0;          ///< from its last part to the answer's arrival
  double dies_s = never_s;    ///< the round is told of the loss at once
  double helping_part_s = 0;  ///< computing a part it was not given at time 0; 0: as others
  double helping_link_s = 0;  ///< of answers to orders after time 0; 0: as others
};

struct simulated_round {
  bool decodable = false;
  bool hopeless = false;
  double time_s = 0;  ///< when the round became one of the two, or nothing more could happen
  index messages = 0;
  index parts_computed = 0;
  std::vector<order> orders;
  std::map<std::string, double> facts;
  result<decoded_round> decoded = fail(errc::too_many_stragglers, "the round did not end");
};

/// One round of any code without actors: senders compute their tasks part by part, in the order in
/// which they were set, and answer with what the real encoder makes of `parts`; the real collector
/// decodes. Progress, orders, losses and timers take no time. Senders whose answers are not wanted
/// any more stop, so that a round that decodes without them proves that they were not needed.
class code_simulator {
public:
  code_simulator(gradient_code_ptr code, std::span<const contribution> parts,
                 std::span<const sender_script> scripts, const round_outlook& outlook = {})
      : code_(std::move(code)), parts_(parts), scripts_(scripts),
        collector_(code_, parts.front().values.size(), parts.front().values.kind(),
                   with_foresight(outlook)),
        senders_(scripts.size()) {}

  simulated_round run() {
    begin();
    for (;;) {
      hand_out();
      seen_.decodable = collector_.decodable();
      seen_.hopeless = collector_.round().hopeless();
      if (seen_.decodable || seen_.hopeless || !step())
        break;
    }
    if (seen_.decodable)
      seen_.decoded = collector_.decode();
    seen_.facts = collector_.round().facts();
    return std::move(seen_);
  }

private:
  struct sender_state {
    std::deque<order> tasks;
    std::vector<coded_part> first;  ///< of the first task it was ever given, at time 0
    std::set<index>
        has;  ///< parts computed: of the first task, or of all where the code keeps them
    std::optional<index> computing;
    index attempt = 0;  ///< events of earlier ones are void
    bool dead = false;
  };
  struct event {
    enum class kind : unsigned char { part, answer, death } what;
    index sender;
    index attempt = 0;
    answer_id id = {};
    contribution message = {};
  };

  sender_state& state(index sender) { return senders_.at(static_cast<std::size_t>(sender)); }
  const sender_script& script(index sender) const {
    return scripts_[static_cast<std::size_t>(sender)];
  }
  bool keeps() const { return code_->streams() || code_->holds(); }

  /// A simulated world can foresee.
  round_outlook with_foresight(round_outlook outlook) const {
    if (code_->foresees() && !outlook.foresee)
      outlook.foresee = [scripts = scripts_](index sender, double parts) {
        const sender_script& pace = scripts[static_cast<std::size_t>(sender)];
        return parts * pace.part_s + pace.link_s;
      };
    return outlook;
  }

  void begin() {
    for (index sender = 0; sender < std::ssize(senders_); ++sender) {
      const auto row = code_->work(sender);
      if (script(sender).dies_s < never_s)
        events_.emplace(script(sender).dies_s, event{event::kind::death, sender});
      if (!row.empty())
        state(sender).tasks.push_back({sender, 0, {row.begin(), row.end()}});
      state(sender).first = {row.begin(), row.end()};
      go_on(sender);
    }
  }

  void hand_out() {
    for (order& asked : collector_.take_orders()) {
      seen_.orders.push_back(asked);
      sender_state& own = state(asked.sender);
      if (asked.instead)
        give_up(own, asked.parts);
      const index sender = asked.sender;
      if (own.first.empty() && seen_.time_s == 0)
        own.first = asked.parts;
      own.tasks.push_back(std::move(asked));
      go_on(sender);
    }
    collector_.round().take_dismissed();
  }

  /// Does the next thing that happens; false when nothing is left to happen.
  bool step() {
    const auto wake = collector_.round().wake_s();
    if (wake && (events_.empty() || *wake < events_.begin()->first)) {
      seen_.time_s = std::max(seen_.time_s, *wake);
      collector_.round().woken(seen_.time_s);
      return true;
    }
    if (events_.empty())
      return false;
    auto next = events_.extract(events_.begin());
    seen_.time_s = std::max(seen_.time_s, next.key());
    happen(next.mapped());
    return true;
  }

  void happen(event& next) {
    sender_state& own = state(next.sender);
    if (own.dead)
      return;
    if (next.what == event::kind::death) {
      own.dead = true;
      collector_.round().lost(next.sender, seen_.time_s);
    } else if (!collector_.round().wanted(next.sender)) {
      give_up(own);
    } else if (next.what == event::kind::answer) {
      ++seen_.messages;
      collector_.add(next.id, std::move(next.message), seen_.time_s);
    } else if (next.attempt == own.attempt) {
      finish_part(next.sender);
    }
  }

  void finish_part(index sender) {
    sender_state& own = state(sender);
    own.has.insert(*std::exchange(own.computing, std::nullopt));
    ++seen_.parts_computed;
    const order& task = own.tasks.front();
    const auto missing = first_missing(own);
    if (code_->streams())
      collector_.round().progressed(sender, task.task, missing, seen_.time_s);
    go_on(sender);
  }

  /// How many of the first task's parts the sender has before the first it has not.
  static index first_missing(const sender_state& own) {
    const auto& parts = own.tasks.front().parts;
    return std::ranges::find_if(
               parts, [&own](const coded_part& entry) { return !own.has.contains(entry.part); }) -
           parts.begin();
  }

  /// Starts the sender's next part; answers whatever needs none, even while one is under way.
  void go_on(index sender) {
    sender_state& own = state(sender);
    if (keeps() && !own.dead)
      std::erase_if(own.tasks, [this, &own](const order& task) {
        const bool complete = std::ranges::all_of(
            task.parts, [&own](const coded_part& entry) { return own.has.contains(entry.part); });
        if (complete)
          answer(task);
        return complete;
      });
    while (!own.dead && !own.computing && !own.tasks.empty()) {
      const order& task = own.tasks.front();
      const index missing = first_missing(own);
      if (missing < std::ssize(task.parts)) {
        own.computing = task.parts[static_cast<std::size_t>(missing)].part;
        const double part_s = needs(sender, *own.computing);
        if (part_s < never_s)
          events_.emplace(seen_.time_s + part_s, event{event::kind::part, sender, own.attempt});
        return;
      }
      answer(task);
      own.tasks.pop_front();
      if (!keeps())
        own.has.clear();
    }
  }

  double link_s(const order& task) {
    const sender_script& pace = script(task.sender);
    const bool first = task.parts == state(task.sender).first;
    return first || pace.helping_link_s == 0 ? pace.link_s : pace.helping_link_s;
  }

  /// Parts a sender was given first go by its own pace, also when another task asks for them.
  double needs(index sender, index part) {
    const sender_state& own = state(sender);
    const bool first = std::ranges::find(own.first, part, &coded_part::part) != own.first.end();
    const sender_script& pace = script(sender);
    return first || pace.helping_part_s == 0 ? pace.part_s : pace.helping_part_s;
  }

  void answer(const order& task) {
    if (task.task != 0 || !code_->holds())
      events_.emplace(
          seen_.time_s + link_s(task),
          event{event::kind::answer, task.sender, 0, {task.sender, task.task}, encode(task)});
  }

  /// Drops every task; a part under way goes on if it is among the `needed`.
  void give_up(sender_state& own, std::span<const coded_part> needed = {}) {
    own.tasks.clear();
    if (!keeps())
      own.has.clear();
    if (std::ranges::any_of(
            needed, [&own](const coded_part& entry) { return entry.part == own.computing; }))
      return;
    own.computing.reset();
    ++own.attempt;
  }

  contribution encode(const order& task) const {
    encoder sum{code_->frame()};
    for (const coded_part& entry : task.parts)
      sum.add(entry, parts_[static_cast<std::size_t>(entry.part)]);
    return sum.finish();
  }

  gradient_code_ptr code_;
  std::span<const contribution> parts_;
  std::span<const sender_script> scripts_;
  round_collector collector_;
  std::vector<sender_state> senders_;
  std::multimap<double, event> events_;  ///< equal times in the order in which they were set
  simulated_round seen_;
};

}  // namespace echelon::coding
