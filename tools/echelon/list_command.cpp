#include <memory>

#include "experiments/scenario/list.hpp"
#include "tools/echelon/command.hpp"

namespace echelon {
namespace {

struct list_arguments {
  std::string axis;
  bool json = false;
};

result<exit_status> list(const list_arguments& arguments) {
  const auto schema = experiments::make_schema(experiments::policy_catalogues{});
  ECHELON_TRY(const auto rows, experiments::list_policies(schema, arguments.axis));
  if (arguments.json)
    fmt::print("{}\n", experiments::list_json(rows));
  else
    fmt::print("{}", experiments::list_text(rows));
  return exit_done;
}

}  // namespace

action list_command(CLI::App& app) {
  auto arguments = std::make_shared<list_arguments>();
  app.add_option("AXIS", arguments->axis,
                 "Only this axis, such as coding; \"scenario\" shows every key instead");
  app.add_flag("--json", arguments->json,
               "One JSON array of {axis, name, summary, parameters, source}");
  app.footer("Examples:\n  echelon list\n  echelon list coding\n  echelon list scenario");
  return [arguments] { return list(*arguments); };
}

}  // namespace echelon
