#include "algorithms/coding/dynamic/history_keeper.hpp"

namespace echelon::coding {
namespace {

constexpr double weight = 0.2;        ///< of the newest round
constexpr double slow_weight = 0.02;  ///< of the newest round when it was a slow one
constexpr double slow_ratio = 2;
constexpr std::size_t numbers_each = 10;

std::size_t slot(index position) { return static_cast<std::size_t>(position); }

}  // namespace

history_keeper::history_keeper(index senders) : history_(slot(senders)), chains_(slot(senders)) {}

void history_keeper::observe(const observed_sender& what) {
  sender_history& known = history_.at(slot(what.sender));
  if (what.link_s >= 0)
    known.link_s += (known.rounds == 0 ? 1 : weight) * (what.link_s - known.link_s);
  if (what.parts <= 0)
    return;
  const double part_s = what.busy_s / what.parts;
  const bool slow = known.rounds > 0 && part_s > slow_ratio * known.part_s;
  chain& moves = chains_[slot(what.sender)];
  if (known.rounds > 0) {
    (known.slow ? moves.from_slow : moves.from_fast) += 1;
    if (slow)
      (known.slow ? moves.slow_to_slow : moves.fast_to_slow) += 1;
  }
  const double share = known.rounds == 0 ? 1 : slow ? slow_weight : weight;
  const double gap = part_s - known.part_s;
  known.part_variance = known.rounds == 0 ? 0
                                          : (1 - share) * (known.part_variance + share * gap * gap);
  known.part_s += share * gap;
  known.slow = slow;
  known.slow_probability = slow ? moves.slow_to_slow / moves.from_slow
                                : moves.fast_to_slow / moves.from_fast;
  ++known.rounds;
}

std::vector<double> history_keeper::numbers() const {
  std::vector<double> all;
  for (std::size_t i = 0; i < history_.size(); ++i) {
    const sender_history& one = history_[i];
    const chain& moves = chains_[i];
    all.insert(all.end(),
               {static_cast<double>(one.rounds), one.part_s, one.part_variance, one.link_s,
                one.slow ? 1.0 : 0.0, one.slow_probability, moves.fast_to_slow, moves.from_fast,
                moves.slow_to_slow, moves.from_slow});
  }
  return all;
}

bool history_keeper::restore(const std::vector<double>& numbers) {
  if (numbers.size() != numbers_each * history_.size())
    return false;
  for (std::size_t i = 0; i < history_.size(); ++i) {
    const double* from = numbers.data() + numbers_each * i;
    history_[i] = {static_cast<index>(from[0]), from[1], from[2], from[3], from[4] != 0, from[5]};
    chains_[i] = {from[6], from[7], from[8], from[9]};
  }
  return true;
}

}  // namespace echelon::coding
