#include "experiments/run/run.hpp"

#include <memory>

#include "algorithms/base/hash.hpp"
#include "experiments/report/report.hpp"
#include "experiments/run/record_folder.hpp"
#include "experiments/run/record_json.hpp"
#include "experiments/run/version.hpp"
#include "experiments/scenario/describe.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Writes the record first, then tells whoever watches.
class recorder final : public actors::run_observer {
public:
  recorder(record_folder& record, actors::run_observer* follower)
      : record_(record), follower_(follower) {}

  void on_round(const actors::round_record& round) override {
    record_.on_round(round);
    if (follower_ != nullptr)
      follower_->on_round(round);
  }

private:
  record_folder& record_;
  actors::run_observer* follower_;
};

void tell(const run_request& request, std::string_view step) {
  if (request.notice)
    request.notice(step);
}

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

result<record_folder> open_record(const scenario& run, const fs::path& folder,
                                  const std::optional<actors::checkpoint>& from) {
  return from ? record_folder::reopen(folder, from->so_far.rounds)
              : record_folder::create(folder, run.toml());
}

/// Trains into an open record and completes it.
result<run_result> train(const scenario& run, const actors::training_setup_ptr& setup,
                         const run_request& request, record_folder& record,
                         std::optional<actors::checkpoint> from) {
  tell(request, describe(run, *setup));
  recorder observer{record, request.follower};
  const actors::run_options options{
      .world = run.simulated() ? actors::world_kind::simulated : actors::world_kind::local,
      .interrupted =
          [&request, &record] {
            return record.broken() || (request.interrupted && request.interrupted());
          },
      .checkpoint_file = checkpoint_file(record.path()),
      .scenario = run.toml(),
      .resume = std::move(from)};
  ECHELON_TRY(const actors::run_outcome outcome, actors::run_training(setup, options, observer));
  if (record.broken())
    return fail(errc::cannot_write,
                "{}: metrics.jsonl could not be written to its end; is the disk full?",
                record.path().string());
  const std::string summary = summary_text(run, *setup, outcome.summary);
  ECHELON_CHECK(write_outcome(run, *setup, outcome, summary, record));
  return run_result{record.path(), outcome.summary.status,
                    outcome.summary.reason ? outcome.summary.reason->detail : "", summary};
}

}  // namespace

fs::path default_folder(const scenario& run) {
  return fs::path{"runs"} / fmt::format("{}-{}", run.name(), run.seed());
}

result<run_result> run_scenario(const scenario& run, const policy_catalogues& policies,
                                const run_request& request) {
  const fs::path folder = request.folder.empty() ? default_folder(run) : request.folder;
  std::optional<actors::checkpoint> from;
  if (request.resume) {
    ECHELON_TRY(const auto finished, finished_run(run, folder));
    if (finished) {
      tell(request, fmt::format("{} is finished already", folder.string()));
      return *finished;
    }
    ECHELON_TRY(from, checkpoint_of(folder));
  }
  ECHELON_TRY(const actors::training_setup_ptr setup, build(run, policies, request.notice));
  if (from && from->scenario != run.toml())
    return fail(errc::bad_input,
                "{}: belongs to another scenario; name its own folder with --out, or run without "
                "--resume to start over",
                checkpoint_file(folder).string());
  ECHELON_TRY(record_folder record, open_record(run, folder, from));
  return train(run, setup, request, record, std::move(from));
}

}  // namespace echelon::experiments
