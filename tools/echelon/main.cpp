#include <array>
#include <cstdio>
#include <exception>

#include "experiments/run/version.hpp"
#include "experiments/scenario/value_json.hpp"
#include "tools/echelon/command.hpp"
#include <fmt/format.h>

namespace echelon {
namespace {

struct command {
  const char* name;
  const char* summary;
  action (*declare)(CLI::App& app);
};

/// A new sub-command is one file, one declaration in command.hpp and one line here.
constexpr std::array commands{
    command{"run", "Train what a scenario describes and keep a record of it", run_command},
    command{"check", "Validate a scenario and its data; train nothing", check_command},
    command{"plan", "What the planners choose and predict; train nothing", plan_command},
    command{"report", "Draw a run, or several side by side, as one page", report_command},
    command{"compare", "Run a grid of scenarios times seeds and compare them fairly",
            compare_command},
    command{"chaos", "Run under generated faults and check every promise", chaos_command},
    command{"serve", "Coordinate a run over several machines", serve_command},
    command{"node", "Take part in a run as a worker or an edge", node_command},
    command{"certs", "Make keys, so that nodes can prove their names with --tls", certs_command},
    command{"list", "Show every policy, and every key of a scenario", list_command},
};

exit_status status_of(errc code) {
  switch (code) {
    case errc::bad_input:
    case errc::not_found:
    case errc::not_supported:
    case errc::cannot_write: return exit_bad_input;
    case errc::unreachable: return exit_unreachable;
    case errc::interrupted: return exit_interrupted;
    case errc::too_many_stragglers:
    case errc::diverged:
    case errc::timed_out: return exit_failed;
  }
  return exit_failed;
}

int report_error(const error& failed, bool json) {
  fmt::print(stderr, "echelon: {}\n", failed.detail);
  if (json)
    fmt::print("{}\n", experiments::json_text({{"ok", false}, {"error", failed.detail}}));
  return status_of(failed.code);
}

bool wants_json(const CLI::App& sub) {
  const CLI::Option* flag = sub.get_option_no_throw("--json");
  return flag != nullptr && flag->count() > 0;
}

int run(int count, char** arguments) {
  CLI::App app{
      "Echelon: distributed learning by actors that expect slow, unequal and dying nodes."};
  app.set_version_flag(
      "--version", fmt::format("echelon {} ({})", experiments::version(), experiments::commit()));
  app.require_subcommand(1);
  std::array<action, commands.size()> actions;
  for (std::size_t i = 0; i < commands.size(); ++i)
    actions[i] = commands[i].declare(*app.add_subcommand(commands[i].name, commands[i].summary));
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& refused) {
    if (refused.get_exit_code() == 0)
      return app.exit(refused);  // --help and --version
    fmt::print(stderr, "echelon: {}; echelon --help shows what there is\n", refused.what());
    return exit_bad_input;
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const CLI::App* sub = app.get_subcommand(commands[i].name);
    if (!sub->parsed())
      continue;
    const result<exit_status> ended = actions[i]();
    return ended ? *ended : report_error(ended.error(), wants_json(*sub));
  }
  return exit_bad_input;
}

}  // namespace
}  // namespace echelon

int main(int count, char** arguments) {
  try {
    return echelon::run(count, arguments);
  } catch (const std::exception& unexpected) {
    fmt::print(stderr, "echelon: {}\n", unexpected.what());
    return echelon::exit_failed;
  }
}
