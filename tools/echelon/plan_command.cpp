#include <memory>

#include <unistd.h>

#include "experiments/plan/break_even_report.hpp"
#include "experiments/plan/scenario_plan.hpp"
#include "experiments/report/report.hpp"
#include "experiments/scenario/value_json.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/scenario_arguments.hpp"

namespace echelon {
namespace {

struct plan_arguments {
  scenario_arguments scenario;
  bool json = false;
  bool map = false;
  std::string out;
};

void say_step(std::string_view step) {
  if (isatty(STDERR_FILENO) == 1)
    fmt::print(stderr, "{}\n", step);
}

result<void> show_map(const experiments::scenario& scenario,
                      const experiments::policy_catalogues& policies,
                      const plan_arguments& arguments) {
  ECHELON_TRY(const auto map, experiments::map_scenario(scenario, policies, say_step));
  if (!arguments.out.empty())
    ECHELON_CHECK(
        experiments::write_page(arguments.out, experiments::break_even_page(map, scenario.name())));
  if (arguments.json)
    fmt::print("{}\n", experiments::json_text(experiments::break_even_json(map), 2));
  else
    fmt::print("{}", experiments::break_even_text(map));
  return {};
}

result<exit_status> plan(const plan_arguments& arguments) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario,
              load_scenario(arguments.scenario, experiments::make_schema(policies)));
  if (arguments.map) {
    ECHELON_CHECK(show_map(scenario, policies, arguments));
    return exit_done;
  }
  ECHELON_TRY(const auto planned, experiments::plan_scenario(scenario, policies, say_step));
  if (arguments.json)
    fmt::print("{}\n", experiments::json_text(experiments::plan_json(planned), 2));
  else
    fmt::print("{}", experiments::plan_text(planned));
  return exit_done;
}

}  // namespace

action plan_command(CLI::App& app) {
  auto arguments = std::make_shared<plan_arguments>();
  declare_scenario(app, arguments->scenario);
  app.add_flag("--json", arguments->json,
               "One JSON object: {\"coding\": {...}}, with \"compression\" and \"hierarchy\" where "
               "there are; of peers {\"topology\": {...}}");
  auto* const map = app.add_flag(
      "--map", arguments->map,
      "Who wins at which straggler probability and slow factor, instead of one plan");
  app.add_option("--out", arguments->out, "With --map: write it as a page, too")
      ->type_name("FILE.html")
      ->needs(map);
  app.footer(
      "Predicts rounds from the laws of [delays] and [links]; trains nothing.\n"
      "coding.plan says who chooses: \"jncss\" by mean times, over one kind of code at both\n"
      "layers; \"auto\" by whole distributions, over every code, dropping nodes, and plain "
      "uncoded\n"
      "work, and says so where coding does not help; \"none\" judges the scenario's own choice\n"
      "beside what \"auto\" sees.\n"
      "Where messages are compressed or models averaged, the gradients of the first weights are\n"
      "probed: ratios, divergences, bounds, and what other periods would promise.\n"
      "Of peers it examines the topology: how fast models agree, what that costs on the wire,\n"
      "and which links and peers it hangs on.\n\n"
      "Examples:\n"
      "  echelon plan experiments/quickstart.toml\n"
      "  echelon plan experiments/quickstart.toml --set coding.plan=auto\n"
      "  echelon plan experiments/quickstart.toml --set delays.slow.probability=0.3 --json\n"
      "  echelon plan experiments/quickstart.toml --map --out map.html");
  return [arguments] { return plan(*arguments); };
}

}  // namespace echelon
