#pragma once

#include <string>

#include "experiments/cluster/coordinator_process.hpp"

namespace echelon {

/// Shows on standard error who takes part in a run: words about everybody who comes and goes, and a
/// table of all whenever somebody's state has changed.
class cluster_table {
public:
  explicit cluster_table(bool quiet) : quiet_(quiet) {}

  void tell(const std::string& what) const;
  void show(const experiments::cluster_view& now);

private:
  bool quiet_;
  std::string shown_;  ///< states only: bytes alone are no news
};

}  // namespace echelon
