#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/record.hpp"
#include "experiments/cluster/carriers.hpp"
#include "experiments/scenario/policy_catalogues.hpp"

namespace echelon::experiments {

/// How a process takes part in somebody's run.
struct node_settings {
  const carrier& by;
  const policy_catalogues& policies;  ///< what the run's scenario may name here
  std::vector<std::string> join;      ///< where the coordinator listens: one of these
  std::string coordinator;            ///< the name it must have; empty: any
  std::string name;
  std::string listen;  ///< where other nodes may reach this one; empty: beside its own end of the
                       ///< connection to the coordinator, at a free port
  std::string version;
  std::string data_path = {};  ///< instead of the scenario's data.path
  seconds patience{600};       ///< how long it looks for a coordinator that is away
  int threads = 0;             ///< that compute; 0: one per core
  std::function<bool()> interrupted = {};
  std::function<void(const std::string& what)> tell = {};
};

/// How the run ended that a node took part in.
struct node_outcome {
  actors::run_status status = actors::run_status::done;
  std::string reason;
};

/// Joins, takes whatever seat it is given, works, and joins again when the coordinator was away,
/// began anew or is somewhere else now. Blocks until the run is over.
/// Errors: unreachable: no coordinator for as long as it has patience, or it refused us; the
/// scenario's data are not here; interrupted.
result<node_outcome> run_node(const node_settings& settings);

}  // namespace echelon::experiments
