#pragma once

#include <optional>
#include <vector>

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::actors {

/// Who computes on which version of the model where training has no rounds, and who has to wait for
/// whom. Versions count from 1; every applied answer makes the next one. Pure.
class update_ledger {
public:
  update_ledger(index workers, coding::update_rule rule);

  index version() const { return version_; }
  /// Idle workers that may begin on this version, ascending; they count as begun.
  std::vector<index> begin_those_who_may();
  /// Takes in an answer: how many updates it is behind, or nothing where it was not asked for.
  std::optional<index> answered(index worker, index version);
  /// The answer of such an age has been applied; what it counted.
  void applied() { ++version_; }
  double weight(index staleness) const {
    return 1 / (1 + rule_.damping * static_cast<double>(staleness));
  }
  void lost(index worker);
  /// One that was lost is there again, idle, and no further ahead or behind than the slowest.
  void returned(index worker);
  bool nobody_left() const { return left_ == 0; }

private:
  struct entry {
    index answers = 0;
    index version = 0;  ///< worked on; 0: idle
    bool lost = false;
  };

  index fewest_answers() const;

  std::vector<entry> workers_;
  coding::update_rule rule_;
  index version_ = 1;
  index left_;
};

}  // namespace echelon::actors
