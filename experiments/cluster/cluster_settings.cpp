#include "experiments/cluster/coordinator_process.hpp"
#include "experiments/cluster/incarnation.hpp"
#include "experiments/run/version.hpp"

namespace echelon::experiments {

coordinator_settings cluster_settings(const scenario& run, const carrier& by) {
  const parameters& given = run.section("cluster");
  return {.by = by,
          .listen = "",
          .peer_timeout = seconds{given.number("peer_timeout_s")},
          .nodes_min = given.integer("nodes_min"),
          .nodes_wait = seconds{given.number("nodes_wait_s")},
          .ships_data = given.text("data") == "ship",
          .stands_in = given.text("edge_loss") == "adopt",
          .version = std::string{version()},
          .run = new_incarnation()};
}

}  // namespace echelon::experiments
