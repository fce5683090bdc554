#pragma once

#include <map>
#include <vector>

#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "algorithms/coding/row_space.hpp"

namespace echelon::coding {

/// A round that keeps account for its scheme: every task and whether it is answered, the parts each
/// sender has finished, who is lost, and whether the answers give the sum, whatever their rows. The
/// scheme itself is one function, `react`, which looks at all this after each event and hands out
/// what it lacks; so races between orders and answers need no case of their own.
class tracked_round : public code_round {
public:
  explicit tracked_round(const gradient_code& code);

  void answered(index sender, index task, double now_s) final;
  void progressed(index sender, index task, index parts_done, double now_s) final;
  void lost(index sender, double now_s) final;
  void woken(double now_s) final;

  bool decodable() const override { return arrived_.spans_sum(); }
  /// By default when all senders are lost: any of them might be given any part.
  bool hopeless() const override;
  bool wanted(index) const override { return !decodable(); }
  result<decoding> decode() const override;

protected:
  struct task_state {
    std::vector<coded_part> parts;
    bool answered = false;
  };

  /// Whether that moment has come, for clocks that count nanoseconds.
  static bool reached(double when_s, double now_s) { return now_s >= when_s - 1e-9; }
  /// Something has happened, and the sum is still not there.
  virtual void react(double now_s) = 0;
  answer_id assign(index sender, std::vector<coded_part> parts, bool instead = false);

  index senders() const { return std::ssize(alive_); }
  index parts() const { return parts_; }
  bool anybody_left() const;
  bool alive(index sender) const { return alive_[static_cast<std::size_t>(sender)]; }
  bool finished(index sender, index part) const {
    return finished_[static_cast<std::size_t>(sender)][static_cast<std::size_t>(part)];
  }
  /// Ascending by (sender, task); senders without a row have no task 0.
  const std::map<answer_id, task_state>& tasks() const { return tasks_; }
  /// The rows of answers that are in, ascending by (sender, task).
  row_space arrived() const;

private:
  index parts_;
  std::map<answer_id, task_state> tasks_;
  std::vector<index> tasks_set_;  ///< per sender
  std::vector<bool> alive_;
  std::vector<std::vector<bool>> finished_;
  row_space arrived_;  ///< in the order of arrival
};

}  // namespace echelon::coding
