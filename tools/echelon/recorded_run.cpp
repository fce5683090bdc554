#include "tools/echelon/recorded_run.hpp"

#include <memory>

#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/progress.hpp"

namespace echelon {
namespace {

exit_status status_of(actors::run_status status) {
  switch (status) {
    case actors::run_status::done: return exit_done;
    case actors::run_status::failed: return exit_failed;
    case actors::run_status::interrupted: return exit_interrupted;
  }
  return exit_failed;
}

void say_how_it_ended(const experiments::run_result& ended,
                      const recorded_run_arguments& arguments) {
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

}  // namespace

void declare_recorded_run(CLI::App& app, recorded_run_arguments& arguments) {
  declare_scenario(app, arguments.scenario);
  app.add_option("--out", arguments.out, "Folder of the run record; default runs/<name>-<seed>")
      ->type_name("DIR");
  app.add_flag("--resume", arguments.resume,
               "Go on from the record's checkpoint; a finished run is not repeated");
  app.add_flag("--json", arguments.json,
               "Print summary.json on standard output, and nothing else there");
  app.add_flag("--quiet", arguments.quiet, "No progress");
}

result<exit_status> run_recorded(const recorded_run_arguments& arguments,
                                 const experiments::scenario& scenario,
                                 const experiments::policy_catalogues& policies,
                                 experiments::run_request request) {
  watch_interrupts();
  auto shown = std::make_unique<progress>(scenario.section("scenario").integer("rounds"),
                                          arguments.quiet);
  request.folder = arguments.out;
  request.resume = arguments.resume;
  request.interrupted = interrupt_requested;
  request.follower = shown.get();
  request.notice = [&arguments](std::string_view step) {
    if (!arguments.quiet)
      fmt::print(stderr, "{}\n", step);
  };
  const auto ended = experiments::run_scenario(scenario, policies, request);
  shown.reset();
  if (!ended)
    return std::unexpected(ended.error());
  say_how_it_ended(*ended, arguments);
  return status_of(ended->status);
}

}  // namespace echelon
