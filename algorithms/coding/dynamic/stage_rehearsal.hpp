#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/dynamic/stage_choice.hpp"

namespace echelon::coding {

/// How long one sender is thought to need for a part, in seconds.
struct pace_model {
  double shift_s = 0;
  double random_s = 0;  ///< mean of the exponential share
  double slow_probability = 0;
  double slow_factor = 1;
  double link_s = 0;

  double mean_s() const { return shift_s + random_s; }
  double expected_s() const { return mean_s() * (1 + slow_probability * (slow_factor - 1)); }
};

/// What a round takes.
struct round_forecast {
  double time_s = 0;
  double parts = 0;  ///< given out, in both stages
};

/// Two-stage rounds rehearsed on 500 seeded draws of every sender's pace, the same for all choices,
/// so that their differences are not noise. Parts count as divisible where shares are dealt anew.
class stage_rehearsal {
public:
  stage_rehearsal(std::span<const pace_model> models, const stage_settings& given);

  /// Means over all draws.
  round_forecast forecast(const stage_choice& choice) const;
  /// Of the times at which senders are done with the first stage, over all draws.
  std::vector<double> first_stage_quantiles(std::span<const index> shares,
                                            std::span<const double> at) const;

private:
  /// Seconds a part, in its own stage and as a helper.
  struct pace {
    double first_s;
    double later_s;
  };
  struct first_stage;

  round_forecast round(std::span<const pace> paces, const stage_choice& choice) const;
  first_stage stage_until(std::span<const pace> paces, std::span<const index> shares,
                          double deadline_s) const;
  double deadline_of(std::span<const pace> paces, const stage_choice& choice) const;
  double helped_s(std::span<const pace> paces, const first_stage& done, index stragglers) const;
  std::span<const pace> draw(std::size_t number) const;

  std::span<const pace_model> models_;
  stage_settings given_;
  std::vector<pace> paces_;  ///< of all senders, draw by draw
};

}  // namespace echelon::coding
