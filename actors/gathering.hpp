#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/messages.hpp"
#include "algorithms/aggregation/robust_aggregation.hpp"
#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/lies/find_lies.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// What a round is opened with at a node that decodes.
struct gathering_start {
  coding::gradient_code_ptr code;
  index dimension = 0;
  precision kind = precision::single;
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  /// The code's parts in terms of the plan's; empty where they are the same.
  std::vector<coding::coded_part> parts_above = {};
  coding::round_outlook outlook = {};
  /// Answers beyond those that decoding needs are compared: nobody is dismissed, and `find_lies`
  /// looks.
  bool verify = false;
  /// Combines the answers in place of the code, which then only says whose to wait for; nullptr:
  /// they are decoded.
  aggregation::robust_aggregation_ptr rule = nullptr;
};

/// One round at a node that decodes: what has come, who is lost, what is to be asked of whom,
/// whether decoding is possible and whether it can still become so. Edges and the coordinator run
/// the same object. Pure: no actor, no clock; times are seconds since the round began.
class gathering {
public:
  explicit gathering(gathering_start start);

  enum class verdict : unsigned char {
    stale,  ///< of another round or plan, a duplicate or of no child: changes nothing but a counter
    waiting,   ///< accepted; not enough yet, or enough already
    ready,     ///< can be decoded since this call
    hopeless,  ///< since this call so many are lost that the others cannot be decoded
  };

  verdict add(coded_gradient answer, double now_s = 0);
  /// A sender that will not answer in this round: dead, or its answer was malformed.
  verdict lose(std::int32_t sender, const std::string& reason, double now_s = 0);
  verdict progress(const part_finished& what, double now_s);
  verdict wake(double now_s);

  /// What the round's code wants since the last call: tasks to hand out, senders to cancel.
  std::vector<assignment> take_assignments();
  std::vector<std::int32_t> take_dismissed();
  std::optional<double> wake_s() const { return collector_.round().wake_s(); }
  std::map<std::string, double> facts() const { return collector_.round().facts(); }

  /// Takes in a note that came apart from an answer.
  void note(const work_note& what) { note_ += what; }
  /// An answer that came after the seal: only what it says of the work done counts.
  void count_late(const coded_gradient& answer);

  /// Whether the sender needs no word that the round is over: it was cancelled, or its row is
  /// answered and it was not asked for more.
  bool through_with(std::int32_t sender) const;
  /// Whether the round's code gives the sender anything to do.
  bool asks(std::int32_t sender) const { return !start_.code->work(sender).empty(); }
  /// What each sender's message to task 0 says of its compression; empty: none came.
  const std::vector<std::optional<squeeze>>& squeezes() const { return squeezes_; }
  /// What those that were used say together, each with its share of the mean.
  squeeze squeezed(const coding::decoded_round& decoded) const;
  std::int64_t round() const { return start_.round; }
  std::uint64_t plan() const { return start_.plan; }
  index refused() const { return refused_; }
  /// Gradients that reached this node, usable or not.
  index vectors() const { return vectors_; }
  const work_note& notes() const { return note_; }
  /// Who is lost and why, in one sentence: the first few by name, the others by number.
  std::string why_lost(const std::function<node_id(std::int32_t)>& name_of) const;

  /// Whether no sender is left whose answer could make the sum a better one.
  bool complete_and_decodable() const { return open_ == 0 && collector_.decodable(); }
  /// From now on nothing may be added or lost, and `decode` may run on another thread.
  void seal() { sealed_ = true; }
  bool sealed() const { return sealed_; }
  /// Whose answers contradict those of others, in that nothing else would explain what came; and,
  /// under a rule, whose answers were no vectors at all.
  coding::lie_findings find_lies() const;
  /// Errors: those of the code or the rule; too few answers beside those of liars and suspects,
  /// which are never used.
  result<coding::decoded_round> decode(const coding::lie_findings& lies = {}) const;
  /// What is decoded here as a contribution to the node above.
  coding::contribution contribute(const coding::decoded_round& decoded) const;

private:
  bool belongs(std::int64_t round, std::uint64_t plan, std::int32_t sender) const;
  static void stamp(coded_gradient& answer, double now_s);
  /// What becomes of a sender whose answer is none.
  verdict turn_down(std::int32_t sender, double now_s);
  /// What became of the round since the last verdict.
  verdict judge();

  gathering_start start_;
  coding::round_collector collector_;
  std::vector<bool> lost_;
  std::vector<bool> asked_;  ///< senders with tasks beyond their row
  std::vector<bool> dismissed_;
  std::vector<index> unfit_;  ///< under a rule: answered what is no vector; a fault of theirs
  std::vector<std::optional<squeeze>> squeezes_;
  std::vector<double> samples_;  ///< beside them
  work_note note_;
  std::vector<std::pair<std::int32_t, std::string>> reasons_;
  index refused_ = 0;
  index vectors_ = 0;
  index open_;  ///< senders that have neither answered their row nor been lost
  bool sealed_ = false;
  bool was_ready_ = false;
  bool was_hopeless_ = false;
};

}  // namespace echelon::actors
