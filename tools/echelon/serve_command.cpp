#include <memory>

#include "experiments/cluster/coordinator_process.hpp"
#include "tools/echelon/cluster_table.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/recorded_run.hpp"

namespace echelon {
namespace {

struct serve_arguments {
  recorded_run_arguments run;
  std::string listen;
  std::string keys;
  bool public_plain = false;
};

/// Rounds between checkpoints where a scenario leaves that open: coordinators die, too.
constexpr const char* checkpoint_setting = "runtime.checkpoint_every=10";

constexpr const char* lesson =
    "Waits for nodes, gives each one a seat of the scenario's topology, and trains with them. "
    "Nodes\n"
    "may leave, die and come back: the plan follows at the next round. Ctrl-C leaves a "
    "checkpoint;\n"
    "started again with --resume, the run goes on and nodes rejoin by themselves.\n\n"
    "Plain TCP listens on loopback only, unless --insecure-public is given. With --tls only nodes\n"
    "that the folder's nodes.txt names get in (echelon certs makes the keys).\n\n"
    "Examples:\n"
    "  echelon serve experiments/quickstart.toml --listen 127.0.0.1:4000\n"
    "  echelon node --join 127.0.0.1:4000 --name worker-0      (one for each seat)\n"
    "  echelon certs keys --nodes worker-0,worker-1\n"
    "  echelon serve S.toml --listen 0.0.0.0:4000 --tls keys --out runs/s --resume";

result<experiments::scenario> load(scenario_arguments given,
                                   const experiments::scenario_schema& schema) {
  given.settings.emplace_back("runtime.world=tcp");
  ECHELON_TRY(experiments::scenario loaded, load_scenario(given, schema));
  if (loaded.section("runtime").integer("checkpoint_every") > 0)
    return loaded;
  given.settings.emplace_back(checkpoint_setting);
  return load_scenario(given, schema);
}

result<exit_status> serve(const serve_arguments& given) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario, load(given.run.scenario, experiments::make_schema(policies)));
  ECHELON_TRY(const auto by,
              experiments::tcp_carrier(given.keys, "coordinator", given.public_plain));
  cluster_table shown{given.run.quiet};
  auto settings = experiments::cluster_settings(scenario, by);
  settings.listen = given.listen;
  settings.listening = [](const std::string& address) {
    fmt::print(stderr, "listening on {}\n", address);
  };
  settings.tell = [&shown](const std::string& what) { shown.tell(what); };
  settings.watch = [&shown](const experiments::cluster_view& now) { shown.show(now); };
  const auto train = [&settings](actors::training_setup_ptr setup,
                                 const actors::run_options& options,
                                 actors::run_observer& observer) {
    return experiments::train_with_nodes(std::move(setup), options, observer, settings);
  };
  return run_recorded(given.run, scenario, policies, train);
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
  app.add_flag("--insecure-public", given->public_plain,
               "Let plain TCP listen where other machines reach it: anybody there may join");
  app.footer(lesson);
  return [given] { return serve(*given); };
}

}  // namespace echelon
