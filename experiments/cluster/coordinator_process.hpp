#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/session.hpp"
#include "experiments/cluster/carriers.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// One line of the view of a run's nodes.
struct node_view {
  std::string name;
  std::string seat;   ///< "worker/3", or "-" for one that waits for a seat
  std::string where;  ///< its address
  bool here = false;  ///< it has reached its parent and takes part
  bool suspect = false;
  std::int64_t bytes_sent = 0;  ///< by the coordinator to it
  std::int64_t bytes_received = 0;
};

/// Who is there, at one moment.
struct cluster_view {
  std::vector<node_view> nodes;
  index seats = 0;
  index present = 0;
  index rounds = 0;
};

/// How the coordinator's process takes part in a run over several.
struct coordinator_settings {
  const carrier& by;
  std::string listen;
  std::string name = "coordinator";
  seconds peer_timeout{30};
  index nodes_min = 0;      ///< begin when so many are there; 0: when all are
  seconds nodes_wait{600};  ///< give up after waiting so long for those it takes
  bool ships_data = false;
  bool stands_in = true;     ///< for edges that are lost
  std::string version = {};  ///< nodes of another one are refused
  std::uint64_t run = 0;     ///< its number; see record_writer
  std::function<void(const std::string& address)> listening = {};
  std::function<void(const std::string& what)> tell = {};
  std::function<void(const cluster_view& now)> watch = {};  ///< about once a second
};

/// Trains with nodes in other processes: waits for them, lets them go and come back, and says
/// goodbye. Blocks until the run is over.
/// Errors: the address cannot be listened on; not enough nodes came.
result<actors::run_outcome> train_with_nodes(actors::training_setup_ptr setup,
                                             const actors::run_options& options,
                                             actors::run_observer& observer,
                                             const coordinator_settings& settings);

/// What a scenario's [cluster] says of these settings; the rest is the caller's.
coordinator_settings cluster_settings(const scenario& run, const carrier& by);

}  // namespace echelon::experiments
