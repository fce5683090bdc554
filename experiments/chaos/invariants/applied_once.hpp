#pragma once

#include <map>
#include <set>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// A contribution is applied at most once: nobody is named twice in a round's certificate, and only
/// those who answered in that round, under the plan it ended with.
class applied_once final : public invariant {
public:
  explicit applied_once(const promises& made)
      : has_rounds_(!made.setup().plan.root_code->updates()) {}
  std::string_view name() const override { return "applied once"; }
  std::string observe(const event& what) override;

private:
  std::string judge(const round_ended& what);

  bool has_rounds_;
  index round_ = 0;         ///< that goes on
  std::uint64_t plan_ = 0;  ///< it goes on under
  std::set<node_id> answered_;
};

}  // namespace echelon::experiments::chaos
