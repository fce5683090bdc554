#include <array>
#include <memory>

#include <unistd.h>

#include "experiments/cluster/coordinator_process.hpp"
#include "experiments/cluster/standby_process.hpp"
#include "experiments/run/version.hpp"
#include "tools/echelon/cluster_table.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/recorded_run.hpp"
#include "tools/echelon/resident_memory.hpp"

namespace echelon {
namespace {

struct serve_arguments {
  recorded_run_arguments run;
  std::string listen;
  std::string keys;
  std::string standby_for;
  std::string standby_name = "standby";
  bool public_plain = false;
};

/// Rounds between checkpoints where a scenario leaves that open: coordinators die, too. With a
/// standby it is every round.
constexpr const char* checkpoint_setting = "runtime.checkpoint_every=10";

constexpr const char* lesson =
    "Waits for nodes, gives each one a seat of the scenario's topology, and trains with them. "
    "Nodes\n"
    "may leave, die and come back: the plan follows at the next round. Ctrl-C leaves a "
    "checkpoint;\n"
    "started again with --resume, the run goes on and nodes rejoin by themselves.\n\n"
    "Plain TCP listens on loopback only, unless --insecure-public is given. With --tls only nodes\n"
    "that the folder's nodes.txt names get in (echelon certs makes the keys).\n\n"
    "With --standby-for this process watches that coordinator, has it write a checkpoint after "
    "every\n"
    "round whatever checkpoint_every says, lets nobody in, and goes on in its place once it is "
    "gone.\n"
    "Both need the same scenario and settings and the same --out, on a disk that they share.\n\n"
    "Examples:\n"
    "  echelon serve experiments/quickstart.toml --listen 127.0.0.1:4000\n"
    "  echelon node --join 127.0.0.1:4000 --name worker-0      (one for each seat)\n"
    "  echelon certs keys --nodes worker-0,worker-1\n"
    "  echelon serve S.toml --listen 0.0.0.0:4000 --tls keys --out runs/s --resume\n"
    "  echelon serve S.toml --listen 0.0.0.0:4000 --standby-for 192.0.2.1:4000 --tls keys --out "
    "runs/s";

result<experiments::scenario> load(scenario_arguments given,
                                   const experiments::scenario_schema& schema) {
  given.settings.emplace_back("runtime.world=tcp");
  ECHELON_TRY(experiments::scenario loaded, load_scenario(given, schema));
  if (loaded.section("runtime").integer("checkpoint_every") > 0)
    return loaded;
  given.settings.emplace_back(checkpoint_setting);
  return load_scenario(given, schema);
}

/// For people: there may be a wildcard in what it listens on.
std::string describe_this_process(const serve_arguments& given) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}, process {} on {}", given.listen, getpid(), host.data());
}

/// Waits for our turn, as the process that watches the first coordinator.
result<std::uint64_t> wait_for_turn(const serve_arguments& given, const std::string& scenario,
                                    const std::filesystem::path& folder,
                                    const std::function<void(const std::string&)>& tell) {
  ECHELON_TRY(const auto by,
              experiments::tcp_carrier(given.keys, given.standby_name, given.public_plain));
  return experiments::stand_by({.by = by,
                                .watches = given.standby_for,
                                .coordinator = given.keys.empty() ? "" : "coordinator",
                                .name = given.standby_name,
                                .listens = given.listen,
                                .version = std::string{experiments::version()},
                                .scenario = scenario,
                                .folder = folder,
                                .interrupted = interrupt_requested,
                                .tell = tell});
}

result<exit_status> serve(const serve_arguments& given) {
  return_freed_memory();
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario, load(given.run.scenario, experiments::make_schema(policies)));
  ECHELON_TRY(const auto by,
              experiments::tcp_carrier(given.keys, "coordinator", given.public_plain));
  if (!given.standby_for.empty() && scenario.policy("topology").name == "peers")
    return fail(errc::not_supported,
                "--standby-for is for runs with a coordinator; peers settle everything among "
                "themselves");
  cluster_table shown{given.run.quiet};
  auto settings = experiments::cluster_settings(scenario, by);
  settings.listen = given.listen;
  settings.listening = [](const std::string& address) {
    fmt::print(stderr, "listening on {}\n", address);
  };
  settings.tell = [&shown](const std::string& what) { shown.tell(what); };
  settings.watch = [&shown](const experiments::cluster_view& now) { shown.show(now); };
  experiments::run_request request;
  request.writer = {describe_this_process(given), settings.run};
  request.train = [&settings](actors::training_setup_ptr setup, const actors::run_options& options,
                              actors::run_observer& observer) {
    return experiments::train_with_nodes(std::move(setup), options, observer, settings);
  };
  if (!given.standby_for.empty())
    request.stand_by = [&](const experiments::scenario& run, const std::filesystem::path& folder) {
      return wait_for_turn(given, run.toml(), folder, settings.tell);
    };
  return run_recorded(given.run, scenario, policies, std::move(request));
}

}  // namespace

action serve_command(CLI::App& app) {
  const auto given = std::make_shared<serve_arguments>();
  declare_recorded_run(app, given->run);
  app.add_option("--listen", given->listen,
                 "Where nodes join; port 0 picks a free one, and is printed")
      ->required()
      ->type_name("HOST:PORT");
  app.add_option("--tls", given->keys, "Folder of keys: TLS 1.3, and only nodes it names")
      ->type_name("DIR");
  app.add_option("--standby-for", given->standby_for,
                 "Take over from the coordinator that listens there, once it is gone")
      ->type_name("HOST:PORT");
  app.add_option("--standby-name", given->standby_name,
                 "This process's name for that coordinator; with --tls its certificate's")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_flag("--insecure-public", given->public_plain,
               "Let plain TCP listen where other machines reach it: anybody there may join");
  app.footer(lesson);
  return [given] { return serve(*given); };
}

}  // namespace echelon
