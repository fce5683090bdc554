#pragma once

#include <optional>

#include "algorithms/learning/optimiser.hpp"
#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// A certificate that says exact is exact: loss and new weights are those of the sum over all
/// parts, computed again at the weights before the round, to rounding times the amplification. Not
/// promised from the first lie on, but where its code exposes all who lie.
class exact final : public invariant {
public:
  explicit exact(const promises& made);
  std::string_view name() const override { return "exact"; }
  std::string observe(const event& what) override;

private:
  std::string judge(const round_ended& what);
  std::string compare(const round_ended& what, const coding::contribution& sum) const;
  /// The weights that this sum would lead to, and the optimiser's memory after it.
  block moved(const coding::contribution& sum, index round,
              learning::optimiser_state& memory) const;

  const promises& made_;
  bool recomputable_;
  block weights_;  ///< before the round
};

}  // namespace echelon::experiments::chaos
