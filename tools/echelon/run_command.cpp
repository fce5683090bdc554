#include <memory>

#include "experiments/run/run.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/progress.hpp"
#include "tools/echelon/scenario_arguments.hpp"

namespace echelon {
namespace {

struct run_arguments {
  scenario_arguments scenario;
  std::string out;
  bool resume = false;
  bool json = false;
  bool quiet = false;
};

exit_status status_of(actors::run_status status) {
  switch (status) {
    case actors::run_status::done: return exit_done;
    case actors::run_status::failed: return exit_failed;
    case actors::run_status::interrupted: return exit_interrupted;
  }
  return exit_failed;
}

void say_how_it_ended(const experiments::run_result& ended, const run_arguments& arguments) {
  if (ended.status == actors::run_status::failed)
    fmt::print(stderr, "echelon: the run failed: {}\n", ended.reason);
  if (ended.status == actors::run_status::interrupted)
    fmt::print(stderr, "echelon: interrupted; --resume goes on from the checkpoint in {}\n",
               ended.folder.string());
  if (arguments.json)
    fmt::print("{}", ended.summary);
  else if (!arguments.quiet)
    fmt::print("record: {}\nreport: {}\n", ended.folder.string(),
               (ended.folder / "report.html").string());
}

result<exit_status> run(const run_arguments& arguments) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto scenario,
              load_scenario(arguments.scenario, experiments::make_schema(policies)));
  watch_interrupts();
  auto shown = std::make_unique<progress>(scenario.section("scenario").integer("rounds"),
                                          arguments.quiet);
  const auto ended = experiments::run_scenario(scenario, policies,
                                               {.folder = arguments.out,
                                                .resume = arguments.resume,
                                                .interrupted = interrupt_requested,
                                                .follower = shown.get(),
                                                .notice = [&arguments](std::string_view step) {
                                                  if (!arguments.quiet)
                                                    fmt::print(stderr, "{}\n", step);
                                                }});
  shown.reset();
  if (!ended)
    return std::unexpected(ended.error());
  say_how_it_ended(*ended, arguments);
  return status_of(ended->status);
}

}  // namespace

action run_command(CLI::App& app) {
  auto arguments = std::make_shared<run_arguments>();
  declare_scenario(app, arguments->scenario);
  app.add_option("--out", arguments->out, "Folder of the run record; default runs/<name>-<seed>")
      ->type_name("DIR");
  app.add_flag("--resume", arguments->resume,
               "Go on from the record's checkpoint; a finished run is not repeated");
  app.add_flag("--json", arguments->json,
               "Print summary.json on standard output, and nothing else there");
  app.add_flag("--quiet", arguments->quiet, "No progress");
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
