#include <charconv>
#include <memory>

#include <unistd.h>

#include "experiments/chaos/campaign.hpp"
#include "experiments/report/report.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/scenario_arguments.hpp"

namespace echelon {
namespace {

namespace chaos = experiments::chaos;

struct chaos_arguments {
  scenario_arguments scenario;
  std::string seeds;
  bool generate = false;
  bool peers = false;
  index faults = 4;
  std::string out;
  bool json = false;
  bool quiet = false;
};

/// "A..B", or one seed.
result<std::pair<std::uint64_t, std::uint64_t>> seeds_of(const std::string& text) {
  const std::size_t dots = text.find("..");
  const auto number = [&text](std::size_t from, std::size_t to, std::uint64_t& into) {
    const char* const end = text.data() + to;
    const auto [stop, wrong] = std::from_chars(text.data() + from, end, into);
    return wrong == std::errc{} && stop == end;
  };
  std::uint64_t first = 0, last = 0;
  const bool good = dots == std::string::npos
                        ? number(0, text.size(), first) && number(0, text.size(), last)
                        : number(0, dots, first) && number(dots + 2, text.size(), last);
  if (!good || last < first || last > (std::uint64_t{1} << 62))
    return fail(errc::bad_input, "--seeds: \"{}\" is not A..B with A <= B, such as 1..100", text);
  return std::pair{first, last};
}

void show_progress(index done, std::uint64_t all, index failed) {
  fmt::print(stderr, "\r\033[K{} of {} cases, {} broke a promise", done, all, failed);
}

void say(const chaos::campaign_result& found) {
  for (const chaos::failed_case& one : found.failures) {
    for (const chaos::broken_promise& broken : one.broken)
      fmt::print("seed {}: {}: {}\n", one.seed, broken.invariant, broken.how);
    fmt::print("  {}\n", one.replay);
  }
  fmt::print("{} cases, {} rounds, {} of them exact: {}\n", found.cases, found.rounds,
             found.exact_rounds,
             found.failures.empty() ? "every promise was kept"
                                    : fmt::format("{} broke a promise", found.failures.size()));
}

result<chaos::campaign_request> request_of(const chaos_arguments& given) {
  chaos::campaign_request request{
      .peers = given.peers, .faults_max = given.faults, .interrupted = interrupt_requested};
  if (given.generate != given.scenario.file.empty())
    return fail(errc::bad_input, "a scenario, or --generate to have them drawn; one of them");
  if (given.peers && !given.generate)
    return fail(errc::bad_input, "--peers: says what --generate draws, and has no effect without");
  // What is to be run as it stands is run once.
  const bool as_it_stands = given.seeds.empty() && given.faults == 0 && !given.generate;
  request.reseed = !as_it_stands;
  ECHELON_TRY(const auto seeds, seeds_of(!given.seeds.empty() ? given.seeds
                                         : as_it_stands       ? "1"
                                                              : "1..100"));
  std::tie(request.first_seed, request.last_seed) = seeds;
  if (!given.generate) {
    ECHELON_TRY(request.settings,
                experiments::read_scenario(given.scenario.file, given.scenario.settings,
                                           given.scenario.seed));
  }
  const std::string name = given.generate
                               ? (given.peers ? "drawn-peers" : "drawn")
                               : std::filesystem::path{given.scenario.file}.stem().string();
  request.out = given.out.empty() ? std::filesystem::path{"runs"} / ("chaos-" + name)
                                  : std::filesystem::path{given.out};
  return request;
}

result<exit_status> run(const chaos_arguments& given) {
  const experiments::policy_catalogues policies;
  ECHELON_TRY(chaos::campaign_request request, request_of(given));
  watch_interrupts();
  const bool live = !given.quiet && isatty(STDERR_FILENO) == 1;
  const std::uint64_t all = request.last_seed - request.first_seed + 1;
  if (live)
    request.progress = [all](index done, index failed) { show_progress(done, all, failed); };
  ECHELON_TRY(const chaos::campaign_result found, chaos::run_campaign(request, policies));
  if (live)
    fmt::print(stderr, "\r\033[K");
  const auto page = request.out / "chaos.html";
  ECHELON_CHECK(experiments::write_page(page, chaos::campaign_page(found, "Chaos")));
  if (given.json)
    fmt::print("{}", chaos::campaign_json(found));
  else
    say(found);
  if (!given.quiet)
    fmt::print(stderr, "page: {}\n", page.string());
  if (found.cases < static_cast<index>(all))
    return exit_interrupted;
  return found.failures.empty() ? exit_done : exit_failed;
}

}  // namespace

action chaos_command(CLI::App& app) {
  const auto given = std::make_shared<chaos_arguments>();
  declare_scenario(app, given->scenario);
  app.get_option("SCENARIO")->required(false);
  app.add_option("--seeds", given->seeds, "Which cases; default 1..100")->type_name("A..B");
  app.add_option("--faults", given->faults, "At most so many drawn faults in a case; 0: none")
      ->check(CLI::Range(0, 64));
  app.add_flag("--generate", given->generate, "Draw whole scenarios instead of taking one");
  app.add_flag("--peers", given->peers, "Draw scenarios of peers, not of coordinators");
  app.add_option("--out", given->out,
                 "Folder of failing cases and the page; default runs/chaos-<name>")
      ->type_name("DIR");
  app.add_flag("--json", given->json, "One JSON object instead of text");
  app.add_flag("--quiet", given->quiet, "No progress");
  app.footer(
      "Each case is a run in the simulated world; after every step all promises are checked from "
      "its\nhistory alone (docs/promises.md). A case that breaks one is made as small as it can be "
      "and written\nas a scenario, with the line that runs it again.\n\n"
      "Exit status: 0 every promise was kept, 1 one was broken, 2 bad input, 130 interrupted.\n\n"
      "Examples:\n"
      "  echelon chaos experiments/quickstart.toml --seeds 1..50 --set scenario.rounds=5\n"
      "  echelon chaos --generate --seeds 1..300\n"
      "  echelon chaos --generate --peers --seeds 1..300\n"
      "  echelon chaos runs/chaos-drawn/case-17.toml --faults 0");
  return [given] { return run(*given); };
}

}  // namespace echelon
