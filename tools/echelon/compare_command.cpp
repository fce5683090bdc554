#include <algorithm>
#include <memory>

#include <unistd.h>

#include "experiments/compare/compare.hpp"
#include "experiments/compare/sweep_runner.hpp"
#include "experiments/report/report.hpp"
#include "experiments/scenario/scenario.hpp"
#include "tools/echelon/command.hpp"

namespace echelon {
namespace {

struct compare_arguments {
  std::filesystem::path sweep;
  std::filesystem::path out;
  index jobs = std::max<index>(1, sysconf(_SC_NPROCESSORS_ONLN));
  bool resume = false;
  bool json = false;
};

/// Messages on standard error; on a terminal the progress stays on its last line.
class console {
public:
  void say(const std::string& line) { fmt::print(stderr, "{}{}\n", live_ ? "\r\033[K" : "", line); }
  void progress(const std::string& line) {
    if (live_)
      fmt::print(stderr, "\r\033[K{}", line);
  }
  void clear() {
    if (live_)
      fmt::print(stderr, "\r\033[K");
  }

private:
  bool live_ = isatty(STDERR_FILENO) == 1;
};

result<std::filesystem::path> own_program() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed)
    return fail(errc::not_found, "/proc/self/exe: {}; compare runs this very program",
                failed.message());
  return program;
}

result<void> write_results(const std::filesystem::path& out, const experiments::comparison& found) {
  ECHELON_CHECK(experiments::write_page(out / "table.csv", experiments::table_csv(found)));
  ECHELON_CHECK(experiments::write_page(out / "table.md", experiments::table_markdown(found)));
  ECHELON_CHECK(experiments::write_page(out / "compare.html", experiments::compare_page(found)));
  return {};
}

result<exit_status> compare(const compare_arguments& arguments) {
  ECHELON_TRY(const experiments::sweep asked, experiments::read_sweep(arguments.sweep));
  ECHELON_TRY(const std::filesystem::path program, own_program());
  const std::filesystem::path out = arguments.out.empty() ? "runs" / arguments.sweep.stem()
                                                          : arguments.out;
  const experiments::policy_catalogues policies;
  const experiments::scenario_schema schema = experiments::make_schema(policies);
  console shown;
  const auto found = experiments::run_sweep(
      asked, {.program = program,
              .out = out,
              .jobs = arguments.jobs,
              .resume = arguments.resume,
              .resolve = [&schema](const std::filesystem::path& base,
                                   const std::vector<std::string>& settings,
                                   std::int64_t seed) -> result<std::string> {
                ECHELON_TRY(const auto scenario,
                            experiments::load_scenario(base.string(), schema, settings, seed));
                return scenario.toml();
              },
              .say = [&shown](const std::string& line) { shown.say(line); },
              .progress = [&shown](const std::string& line) { shown.progress(line); }});
  shown.clear();
  if (!found)
    return std::unexpected(found.error());
  ECHELON_CHECK(write_results(out, *found));
  shown.say(fmt::format("page: {}", (out / "compare.html").string()));
  fmt::print("{}\n", arguments.json ? experiments::compare_json(*found)
                                    : experiments::table_markdown(*found));
  // Single failures are part of what was found; a sweep without any finished run found nothing.
  const bool any_finished = std::ranges::any_of(
      found->points, [](const auto& point) { return point.failed < std::ssize(point.runs); });
  return any_finished ? exit_done : exit_failed;
}

}  // namespace

action compare_command(CLI::App& app) {
  const auto given = std::make_shared<compare_arguments>();
  app.add_option("SWEEP", given->sweep,
                 "A TOML file: base, seeds, [grid], and at will [tune] and [target]")
      ->required();
  app.add_option("--out", given->out,
                 "Folder of the records and results; default: runs/<name of the sweep>");
  app.add_option("--jobs", given->jobs, "Runs at a time; default: as many as processors")
      ->check(CLI::Range(1, 1024));
  app.add_flag("--resume", given->resume,
               "Keep the records that are there and fit; run what is missing");
  app.add_flag("--json", given->json, "One JSON object instead of the table");
  app.footer(
      "Every point of the grid is run with every seed: the same data, start and delays for all.\n"
      "Writes table.csv, table.md and compare.html.\n\n"
      "Example:\n  echelon compare experiments/codes.toml --jobs 2");
  return [given] { return compare(*given); };
}

}  // namespace echelon
