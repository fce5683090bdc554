#include "experiments/run/recording.hpp"

#include "algorithms/base/hash.hpp"
#include "experiments/report/report.hpp"
#include "experiments/run/record_json.hpp"
#include "experiments/run/version.hpp"
#include "experiments/scenario/describe.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

learning::math_mode math_of(const scenario& run) {
  return run.section("runtime").text("math") == "native" ? learning::math_mode::native
                                                         : learning::math_mode::portable;
}

std::string summary_text(const scenario& run, const actors::training_setup& setup,
                         const actors::run_summary& summary) {
  json document = summary_json(summary);
  document.update({{"math", learning::math_description(math_of(run))},
                   {"seed", run.seed()},
                   {"commit", commit()},
                   {"version", version()}});
  document.update(facts_json(run, setup));
  return json_text(document, 2) + "\n";
}

/// The record of a run that is over already, if this is one.
result<std::optional<run_result>> finished_run(const scenario& run, const fs::path& folder) {
  const auto text = file_text(summary_file(folder));
  if (!text)
    return std::nullopt;
  const json summary = json::parse(*text, nullptr, false);
  if (!summary.is_object() || summary.value("status", "") != "done")
    return std::nullopt;
  if (file_text(scenario_file(folder)) != run.toml())
    return fail(
        errc::bad_input,
        "{}: holds the finished run of another scenario; name another folder with --out, or run "
        "without --resume to replace it",
        folder.string());
  return run_result{folder, actors::run_status::done, "", *text};
}

/// A missing checkpoint means that the run starts from its first round.
result<std::optional<actors::checkpoint>> checkpoint_of(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(checkpoint_file(folder), ignored))
    return std::nullopt;
  ECHELON_TRY(auto found, actors::load_checkpoint(checkpoint_file(folder)));
  return found;
}

result<void> write_outcome(const scenario& run, const actors::training_setup& setup,
                           const actors::run_outcome& outcome, const std::string& summary,
                           const record_folder& record) {
  if (!outcome.state.empty())
    ECHELON_CHECK(record.write_model(*setup.model, outcome.state,
                                     {{"name", run.name()},
                                      {"seed", std::to_string(run.seed())},
                                      {"version", std::string{version()}},
                                      {"commit", std::string{commit()}},
                                      {"weights_hash", hash_text(outcome.summary.weights_hash)}}));
  ECHELON_CHECK(record.write_summary(summary));
  if (outcome.summary.status == actors::run_status::done) {
    std::error_code ignored;
    fs::remove(checkpoint_file(record.path()), ignored);
  }
  ECHELON_TRY(const fs::path page, write_report({record.path()}, {}));
  return {};
}

}  // namespace

result<earlier_run> look_back(const scenario& run, const fs::path& folder) {
  earlier_run before;
  ECHELON_TRY(before.finished, finished_run(run, folder));
  if (before.finished)
    return before;
  ECHELON_TRY(before.from, checkpoint_of(folder));
  if (before.from && before.from->scenario != run.toml())
    return fail(errc::bad_input,
                "{}: belongs to another scenario; name its own folder with --out, or run without "
                "--resume to start over",
                checkpoint_file(folder).string());
  return before;
}

result<record_folder> open_record(const scenario& run, const fs::path& folder,
                                  const std::optional<actors::checkpoint>& from,
                                  const record_claim* claim) {
  return from ? record_folder::reopen(folder, from->so_far.rounds, claim)
              : record_folder::create(folder, run.toml(), claim);
}

result<run_result> complete_record(const scenario& run, const actors::training_setup& setup,
                                   const actors::run_outcome& outcome,
                                   const record_folder& record) {
  if (const auto ours = record.check_claim(); !ours)
    return fail(errc::unreachable, "{}", ours.error().detail);
  if (record.broken())
    return fail(errc::cannot_write,
                "{}: metrics.jsonl could not be written to its end; is the disk full?",
                record.path().string());
  const std::string summary = summary_text(run, setup, outcome.summary);
  ECHELON_CHECK(write_outcome(run, setup, outcome, summary, record));
  return run_result{record.path(), outcome.summary.status,
                    outcome.summary.reason ? outcome.summary.reason->detail : "", summary};
}

}  // namespace echelon::experiments
