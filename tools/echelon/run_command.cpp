#include <memory>

#include "tools/echelon/command.hpp"
#include "tools/echelon/worlds.hpp"

namespace echelon {
namespace {

result<exit_status> run(const recorded_run_arguments& arguments) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario,
              load_scenario(arguments.scenario, experiments::make_schema(policies)));
  return run_in_its_world(arguments, scenario, policies);
}

}  // namespace

action run_command(CLI::App& app) {
  auto arguments = std::make_shared<recorded_run_arguments>();
  declare_recorded_run(app, *arguments);
  app.footer("The record holds scenario.toml (running it repeats the run), metrics.jsonl (a line a "
             "round),\n"
             "summary.json, model.safetensors and report.html. Ctrl-C stops after the round in "
             "flight and\n"
             "leaves a checkpoint.\n\n"
             "Exit status: 0 done, 1 the run failed, 2 bad input, 3 peers unreachable, 130 "
             "interrupted.\n\n"
             "Examples:\n"
             "  echelon run experiments/quickstart.toml\n"
             "  echelon run experiments/quickstart.toml --set coding.policy=uncoded --set "
             "coding.stragglers=0\n"
             "  echelon run experiments/quickstart.toml --seed 7 --out runs/seven --json\n"
             "  echelon run runs/seven/scenario.toml --out runs/seven-again\n"
             "Every key and its default: echelon list scenario");
  return [arguments] { return run(*arguments); };
}

}  // namespace echelon
