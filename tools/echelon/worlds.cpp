#include "tools/echelon/worlds.hpp"

#include <fmt/format.h>

#include "experiments/cluster/coordinator_process.hpp"
#include "experiments/cluster/node_process.hpp"
#include "experiments/run/version.hpp"
#include "net/mpi/mpi_session.hpp"
#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/own_nodes.hpp"

namespace echelon {
namespace {

using namespace experiments;

/// All processes of a job start together; one whose coordinator does not come is not needed.
constexpr seconds mpi_patience{60};

/// Trains as the coordinator of other processes.
run_request with_nodes(const coordinator_settings& settings) {
  run_request request;
  request.train = [&settings](actors::training_setup_ptr setup, const actors::run_options& options,
                              actors::run_observer& observer) {
    return train_with_nodes(std::move(setup), options, observer, settings);
  };
  return request;
}

result<exit_status> run_with_own_nodes(const recorded_run_arguments& arguments, const scenario& run,
                                       const policy_catalogues& policies) {
  ECHELON_TRY(const auto by, tcp_carrier("", "coordinator", false));
  auto settings = cluster_settings(run, by);
  settings.listen = "127.0.0.1:0";
  own_nodes nodes;
  ECHELON_TRY(const tree topology, topology_of(run));
  result<void> started;
  settings.listening = [&](const std::string& address) {
    started = nodes.start(topology, address);
  };
  const auto ended = run_recorded(arguments, run, policies, with_nodes(settings));
  if (!started)
    return pass_on(std::move(started));
  return ended;
}

result<exit_status> run_as_mpi_node(const net::mpi_session& job, const carrier& by,
                                    const policy_catalogues& policies) {
  watch_interrupts();
  ECHELON_TRY(const auto ended, run_node({.by = by,
                                          .policies = policies,
                                          .join = {"0"},
                                          .coordinator = "coordinator",
                                          .name = fmt::format("rank-{}", job.rank()),
                                          .listen = std::to_string(job.rank()),
                                          .version = std::string{version()},
                                          .patience = mpi_patience,
                                          .interrupted = interrupt_requested}));
  return ended.status == actors::run_status::done ? exit_done : exit_failed;
}

result<exit_status> run_with_mpi(const recorded_run_arguments& arguments, const scenario& run,
                                 const policy_catalogues& policies) {
  ECHELON_TRY(const auto job, net::join_mpi());
  const carrier by{
      [&job](const asio::any_io_executor& where) { return job->make_transport(where); }};
  ECHELON_TRY(const tree topology, topology_of(run));
  auto settings = cluster_settings(run, by);
  const index wanted = settings.nodes_min > 0 ? settings.nodes_min
                                              : topology.workers() + topology.edges();
  // Every process sees this; one says it.
  if (job->size() - 1 < wanted && job->rank() > 0)
    return exit_bad_input;
  if (job->size() - 1 < wanted)
    return fail(errc::bad_input,
                "an MPI job of {} processes for a coordinator and {} nodes; mpirun -n {} would be "
                "right",
                job->size(), wanted, wanted + 1);
  if (job->rank() > 0)
    return run_as_mpi_node(*job, by, policies);
  settings.listen = "0";
  return run_recorded(arguments, run, policies, with_nodes(settings));
}

}  // namespace

result<exit_status> run_in_its_world(const recorded_run_arguments& arguments, const scenario& run,
                                     const policy_catalogues& policies) {
  const std::string world = run.section("runtime").text("world");
  if (world == "tcp")
    return run_with_own_nodes(arguments, run, policies);
  if (world == "mpi")
    return run_with_mpi(arguments, run, policies);
  return run_recorded(arguments, run, policies);
}

}  // namespace echelon
