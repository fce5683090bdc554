#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "actors/messages.hpp"
#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// One round at a node that decodes: what has come, who is lost, whether decoding is possible and
/// whether it can still become so. Edges and the coordinator run the same object. Pure: no actor,
/// no clock.
class gathering {
public:
  gathering(coding::gradient_code_ptr code, index dimension, precision kind, std::int64_t round,
            std::uint64_t plan);

  enum class verdict : unsigned char {
    stale,  ///< of another round or plan, a duplicate or of no child: changes nothing but a counter
    waiting,   ///< accepted; not enough yet, or enough already
    ready,     ///< can be decoded since this call
    hopeless,  ///< since this call so many are lost that the others cannot be decoded
  };

  verdict add(coded_gradient answer);
  /// A sender that will not answer in this round: dead, or its answer was malformed.
  verdict lose(std::int32_t sender, const std::string& reason);

  /// Takes in a note that came apart from an answer.
  void note(const work_note& what) { note_ += what; }
  /// An answer that came after the seal: only what it says of the work done counts.
  void count_late(const coded_gradient& answer);

  bool has(std::int32_t sender) const { return collector_.has({sender}); }
  std::int64_t round() const { return round_; }
  std::uint64_t plan() const { return plan_; }
  index stale() const { return stale_; }
  const work_note& notes() const { return note_; }
  /// Who is lost and why, in one sentence: the first few by name, the others by number.
  std::string why_lost(const std::function<node_id(std::int32_t)>& name_of) const;

  /// Whether every sender has answered or is lost.
  bool complete() const { return open_ == 0; }
  /// From now on nothing may be added or lost, and `decode` may run on another thread.
  void seal() { sealed_ = true; }
  bool sealed() const { return sealed_; }
  result<coding::decoded_round> decode() const { return collector_.decode(); }

private:
  coding::gradient_code_ptr code_;
  coding::round_collector collector_;
  std::int64_t round_;
  std::uint64_t plan_;
  std::vector<bool> lost_;
  work_note note_;
  std::vector<std::pair<std::int32_t, std::string>> reasons_;
  index stale_ = 0;
  index open_;  ///< senders that have neither answered nor been lost
  bool sealed_ = false;
};

}  // namespace echelon::actors
