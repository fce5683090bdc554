#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// What two-stage coding settles before a round.
struct stage_choice {
  index stragglers = 0;       ///< s2: helpers of a later stage that may stay silent
  double deadline_s = 0;      ///< T1; 0: follows from when most of the first stage is done
  std::vector<index> shares;  ///< parts of each sender in the first stage; 0: it waits, fresh

  bool operator==(const stage_choice&) const = default;
};

/// What a user may fix, and what he may say of the adaptive deadline.
struct stage_settings {
  index first_senders = 0;         ///< M1; 0: to be chosen
  double deadline_s = 0;           ///< T1; 0: to be chosen
  index stragglers = -1;           ///< s2; -1: to be chosen
  bool adaptive = false;           ///< T1 follows within the round
  double adaptive_fraction = .75;  ///< rho: of the first stage that is done when T1 is set
  double adaptive_margin = .5;     ///< eps: T1 is so much later than that, as a share of it
  double assignment_s = 0;         ///< between T1 and the orders of the second stage
};

/// Chooses M1 (a divisor of K, or all senders that are not slow), T1 (a quantile of the first
/// stage's times) and s2 (0 to 3) for the least expected time of a round,
/// give or take 5 % where that saves work. Senders that are all
/// alike and never slow: by the closed form of specification 7.4; otherwise by simulating 500
/// rounds drawn from the senders' histories, the same for every candidate. Without histories all
/// senders begin, the deadline is adaptive and s2 is 0. Deterministic. Cost: about 500 N times some
/// 150 candidates. Source: specification 7.3 and 7.4 (reconstruction).
stage_choice choose_stages(index parts, std::span<const sender_history> history,
                           const stage_settings& given);

/// E T of 7.4: N senders of which M1 begin, each with load K / M1 at `shift` + Exp(mean 1 / rate)
/// seconds a part, of whom the share p is done at T1.
double expected_round_s(index senders, index parts, index first_senders, double part_shift_s,
                        double part_mean_s, double link_s, double share_done, index stragglers,
                        double assignment_s);

}  // namespace echelon::coding
