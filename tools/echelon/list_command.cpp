#include <memory>

#include "experiments/scenario/list.hpp"
#include "tools/echelon/command.hpp"

namespace echelon {
namespace {

struct list_arguments {
  std::string axis;
  bool json = false;
  bool permutations = false;
};

result<exit_status> list(const list_arguments& arguments) {
  const experiments::policy_catalogues policies;
  const auto schema = experiments::make_schema(policies);
  ECHELON_TRY(auto rows, experiments::list_policies(schema, arguments.axis));
  if (experiments::section_named(arguments.axis).starts_with("coding"))
    experiments::add_costs(rows, policies.codes);
  if (arguments.permutations)
    experiments::add_permutations(rows, policies.models);
  if (arguments.json)
    fmt::print("{}\n", experiments::list_json(rows));
  else
    fmt::print("{}", experiments::list_text(rows));
  return exit_done;
}

}  // namespace

action list_command(CLI::App& app) {
  auto arguments = std::make_shared<list_arguments>();
  app.add_option(
      "AXIS", arguments->axis,
      "Only this axis, such as coding or models; coding then shows what each code costs at typical "
      "sizes; \"scenario\" shows every key instead");
  app.add_flag("--json", arguments->json,
               "One JSON array of {axis, name, summary, parameters, source}");
  app.add_flag("--show-permutations", arguments->permutations,
               "Of models, which units peers can match and which stay where they are, on an input "
               "of a usual size; with --json as the field permutations");
  app.footer("Examples:\n  echelon list\n  echelon list coding\n  echelon list models "
             "--show-permutations\n  echelon list scenario");
  return [arguments] { return list(*arguments); };
}

}  // namespace echelon
