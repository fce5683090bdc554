#include <memory>

#include "experiments/run/build.hpp"
#include "experiments/scenario/describe.hpp"
#include "experiments/scenario/value_json.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/scenario_arguments.hpp"

namespace echelon {
namespace {

struct check_arguments {
  scenario_arguments scenario;
  bool json = false;
};

result<exit_status> check(const check_arguments& arguments) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario,
              load_scenario(arguments.scenario, experiments::make_schema(policies)));
  ECHELON_TRY(const auto setup, experiments::build(scenario, policies));
  if (arguments.json) {
    const nlohmann::ordered_json document{{"ok", true},
                                          {"facts", experiments::facts_json(scenario, *setup)},
                                          {"scenario", experiments::scenario_json(scenario)}};
    fmt::print("{}\n", experiments::json_text(document, 2));
    return exit_done;
  }
  fmt::print("{}: fine; {}\n", arguments.scenario.file, experiments::describe(scenario, *setup));
  return exit_done;
}

}  // namespace

action check_command(CLI::App& app) {
  auto arguments = std::make_shared<check_arguments>();
  declare_scenario(app, arguments->scenario);
  app.add_flag("--json", arguments->json, "One JSON object with the resolved scenario");
  app.footer(
      "Reads the scenario and its data and says what a run would start from. Exit status 2 and\n"
      "one sentence with file and line where something is wrong.\n\n"
      "Example:\n  echelon check experiments/quickstart.toml --set topology.workers=24");
  return [arguments] { return check(*arguments); };
}

}  // namespace echelon
