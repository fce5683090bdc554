#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// One entry of an encoding row: the sender adds `coefficient` times the gradient of `part`.
struct coded_part {
  index part = 0;
  double coefficient = 0;
  /// For codes that cut vectors: stacks x cuts coefficients, row by row, instead of the one above.
  std::vector<double> mix = {};

  bool operator==(const coded_part&) const = default;
};

/// How to combine the messages that arrived.
struct decoding {
  /// One per answer, ascending by (sender, task); 0: not used. For codes that cut vectors, cuts x
  /// stacks weights an answer, row by row: block u of the sum is made of every answer's stacks.
  std::vector<double> weights;
  bool exact = true;         ///< the weighted sum is the sum over all parts, but for rounding
  double residual = 0;       ///< ||a B - 1|| / sqrt(K): 0 but for rounding where exact
  double amplification = 1;  ///< kappa = sqrt(sum a_i^2 ||B_i||^2 / K), spec 9.1
};

/// A task for one sender within a round: compute the parts it has not got yet, in this order, then
/// send their weighted sum in one message. Task 0 is the sender's row of the code; a round numbers
/// what it orders from 1, per sender.
struct order {
  index sender = 0;
  index task = 1;
  std::vector<coded_part> parts;
  bool
      instead = false;  ///< tasks not answered yet are given up; a part under way goes on if needed
};

/// What is known of a sender from earlier rounds; times in seconds.
struct sender_history {
  index rounds = 0;             ///< in which its time was measured
  double part_s = 0;            ///< computing one part: exponentially weighted mean
  double part_variance = 0;     ///< of the same
  double link_s = 0;            ///< from the end of computing to the receiver: weighted mean
  bool slow = false;            ///< was slow when last measured
  double slow_factor = 1;       ///< how many times longer it takes when it is slow: weighted mean
  double slow_probability = 0;  ///< of being slow in the coming round (two-state Markov estimate)

  bool operator==(const sender_history&) const = default;
};

/// What the node that decodes knows when a round begins.
struct round_outlook {
  index round = 1;
  std::span<const sender_history> history = {};  ///< one per sender; empty: nothing is known
  /// What `gradient_code::choose` last said; empty: the round asks it.
  std::span<const double> chosen = {};
  /// Seconds until this sender's answer about so many parts would be in, were it asked now. Only an
  /// oracle may ask, and only where delays are simulated; empty elsewhere.
  std::function<double(index sender, double parts)> foresee = {};
};

/// One round of a code at the node that decodes: told what happens, it says what is to be done and
/// when the answers suffice. Pure: times are seconds since the round began. Numbers of senders and
/// tasks are the caller's to check; each answer is told once.
class code_round {
public:
  virtual ~code_round() = default;

  virtual void answered(index sender, index task, double now_s) = 0;
  /// The sender finished so many parts of a task; told only where the code streams.
  virtual void progressed(index sender, index task, index parts_done, double now_s);
  /// The sender is dead, or its answer could not be used: it will not answer again in this round.
  virtual void lost(index sender, double now_s) = 0;
  /// The moment asked for by `wake_s` has come.
  virtual void woken(double now_s);

  virtual bool decodable() const = 0;
  /// True when nothing that can still come makes the round decodable.
  virtual bool hopeless() const = 0;
  /// False when this sender's answer cannot help any more: it may be cancelled.
  virtual bool wanted(index sender) const;
  /// Errors: too few answers; or rounding would spoil the sum.
  virtual result<decoding> decode() const = 0;
  /// What the scheme wants noted in the round's record, by name, such as the missing parts.
  virtual std::map<std::string, double> facts() const { return {}; }

  /// Tasks that are to be handed out now; each is given once.
  std::vector<order> take_orders() { return std::exchange(orders_, {}); }
  /// Senders whose answers cannot help any more since the last call: they may be cancelled.
  std::vector<index> take_dismissed() { return std::exchange(dismissed_, {}); }
  /// When the round wants to be woken, in seconds since it began. The last wish counts.
  std::optional<double> wake_s() const { return wake_s_; }

protected:
  void ask(order what) { orders_.push_back(std::move(what)); }
  void dismiss(index sender) { dismissed_.push_back(sender); }
  void wake_at(std::optional<double> when_s) { wake_s_ = when_s; }

private:
  std::vector<order> orders_;
  std::vector<index> dismissed_;
  std::optional<double> wake_s_;
};

}  // namespace echelon::coding
