#pragma once

#include <vector>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Exchanges keep the mean of all peers' models where that is promised: where both ends of an edge
/// use it or neither does, whatever models are lost, as long as words on them come while they are
/// waited for; and where messages hold running sums, as soon as they
/// come again. Judged of runs whose steps move nothing.
class peers_mean final : public invariant {
public:
  explicit peers_mean(const promises& made);
  std::string_view name() const override { return "peers mean"; }
  std::string observe(const event& what) override;

private:
  bool comes_late(const event& what);
  void count(const actors::round_record& round);
  std::string judge(const std::vector<block>& peers) const;

  bool every_step_ = false;  ///< kept to rounding
  bool in_the_end_ = false;  ///< found again once nothing is lost
  nanoseconds patience_{0}, sent_{0};
  index calm_rounds_ = 0;     ///< with every edge used, since one was not
  double left_ = 1;           ///< of the distance to the mean, after them, by the graph's gap
  std::vector<double> mean_;  ///< of the models that peers begin with
};

}  // namespace echelon::experiments::chaos
