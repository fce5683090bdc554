#include "experiments/compare/sweep_runner.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/compare/sweep_processes.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/run/record_reader.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

constexpr std::size_t failure_letters_max = 400;
/// What `echelon run` ends with after Ctrl-C.
constexpr int interrupted_status = 130;
constexpr std::chrono::milliseconds progress_interval{200};

std::string read_all(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file, std::ios::binary}.rdbuf();
  return std::move(text).str();
}

fs::path log_of(const sweep_job& job) { return job.folder.string() + ".log"; }

std::vector<std::string> settings_of(const assignments& chosen) {
  std::vector<std::string> settings;
  for (const assignment& one : chosen)
    for (std::string& setting : one.settings())
      settings.push_back(std::move(setting));
  return settings;
}

result<sweep_job> job_of(const sweep& asked, const sweep_options& options, const grid_point& point,
                         const assignments* tuned, std::int64_t seed, const fs::path& folder) {
  sweep_job job{.settings = settings_of(point.chosen),
                .seed = seed,
                .folder = folder / fmt::format("seed-{}", seed),
                .name = fmt::format("{}, seed {}", point.label, seed),
                .expected = {}};
  if (tuned != nullptr) {
    const std::vector<std::string> settings = settings_of(*tuned);
    job.settings.insert(job.settings.end(), settings.begin(), settings.end());
    job.name += fmt::format(", {}", fmt::join(settings, ", "));
  }
  auto resolved = options.resolve(asked.base, job.settings, seed);
  if (!resolved)
    return fail(resolved.error().code, "{}: grid: {}: {}", asked.file.string(), job.name,
                resolved.error().detail);
  job.expected = *std::move(resolved);
  return job;
}

child_command command_of(const sweep& asked, const sweep_options& options, const sweep_job& job,
                         bool proceed) {
  child_command command{{options.program.string(), "run", asked.base.string()}, log_of(job)};
  for (const std::string& setting : job.settings)
    command.arguments.insert(command.arguments.end(), {"--set", setting});
  command.arguments.insert(command.arguments.end(), {"--seed", fmt::format("{}", job.seed), "--out",
                                                     job.folder.string(), "--quiet"});
  if (proceed)
    command.arguments.emplace_back("--resume");
  return command;
}

/// The last line a child wrote to its log: the sentence that says why it ended.
std::string last_words(const sweep_job& job) {
  std::string text = read_all(log_of(job));
  while (text.ends_with('\n'))
    text.pop_back();
  text = text.substr(text.rfind('\n') + 1);
  return text.substr(0, failure_letters_max);
}

std::string outcome_text(const sweep_job& job, int status) {
  if (status == 0)
    return "done";
  if (status == interrupted_status)
    return "interrupted";
  return fmt::format("failed ({}): {}", status, last_words(job));
}

/// How far a sweep is, for people.
class progress_line {
public:
  progress_line(std::size_t all, const sweep_options& options) : all_(all), options_(options) {}

  void ended(const sweep_job& job, int status) {
    ++done_;
    failed_ += status == 0 || status == interrupted_status ? 0 : 1;
    options_.say(fmt::format("[{}/{}] {}: {}", done_, all_, job.name, outcome_text(job, status)));
  }
  void show(index running) {
    const steady::time_point now = steady::now();
    if (now - shown_ < progress_interval)
      return;
    shown_ = now;
    const double spent_s = std::chrono::duration<double>(now - begin_).count();
    const std::string left = done_ == 0
                                 ? std::string{"?"}
                                 : seconds_text(std::ceil(spent_s / static_cast<double>(done_) *
                                                          static_cast<double>(all_ - done_)));
    options_.progress(fmt::format("{} of {} runs ended, {} failed, {} running, about {} left",
                                  done_, all_, failed_, running, left));
  }

private:
  std::size_t all_;
  const sweep_options& options_;
  std::size_t done_ = 0, failed_ = 0;
  steady::time_point begin_ = steady::now(), shown_ = begin_;
};

/// Runs those jobs whose records cannot be kept.
result<void> run_jobs(const sweep& asked, const sweep_options& options,
                      const std::vector<sweep_job>& jobs) {
  std::vector<child_command> commands;
  std::vector<const sweep_job*> begun;
  for (const sweep_job& job : jobs) {
    const record_use use = options.resume ? use_of(job) : record_use::start;
    if (use == record_use::keep)
      continue;
    std::error_code failed;
    if (use == record_use::start)
      fs::remove_all(job.folder, failed);
    fs::create_directories(job.folder.parent_path(), failed);
    if (failed)
      return fail(errc::cannot_write, "{}: cannot be written: {}", job.folder.string(),
                  failed.message());
    commands.push_back(command_of(asked, options, job, use == record_use::proceed));
    begun.push_back(&job);
  }
  if (commands.size() < jobs.size())
    options.say(fmt::format("{} of {} records are there already", jobs.size() - commands.size(),
                            jobs.size()));
  progress_line progress{commands.size(), options};
  const interrupt_guard guard;
  const bool ended = run_children(
      commands, {.jobs = options.jobs,
                 .ended = [&](std::size_t i, int status) { progress.ended(*begun[i], status); },
                 .tick = [&](index running) { progress.show(running); },
                 .stop = &interrupt_guard::interrupted});
  if (!ended)
    return fail(errc::interrupted, "interrupted; the same command with --resume goes on from here");
  return {};
}

/// A run as its record tells it; a failure where there is no sound record.
run_outcome read_outcome(const sweep_job& job, index smoothing) {
  auto record = read_record(job.folder);
  run_outcome outcome;
  if (record) {
    outcome = outcome_of(*record, smoothing);
  } else {
    outcome.values.fill(missing);
    const std::string said = last_words(job);
    outcome.failure = said.empty() ? record.error().detail : said;
  }
  outcome.seed = job.seed;
  outcome.folder = job.folder;
  return outcome;
}

tuning_score score_of(std::size_t tuning, const std::vector<run_outcome>& runs, metric by) {
  std::vector<double> accuracies, losses;
  tuning_score score{tuning, missing, 0};
  for (const run_outcome& run : runs) {
    score.failed += run.finished ? 0 : 1;
    const double accuracy = run.values[static_cast<std::size_t>(by)];
    const double loss = run.values[static_cast<std::size_t>(metric::final_loss)];
    if (!std::isnan(accuracy))
      accuracies.push_back(accuracy);
    if (!std::isnan(loss))
      losses.push_back(loss);
  }
  score.score = accuracies.empty() ? -mean_of(losses) : mean_of(accuracies);
  return score;
}

/// Whether a number of the chosen values is the least or greatest that was tried for its key.
bool at_edge(const sweep& asked, std::size_t chosen) {
  const assignments& picked = asked.tunings[chosen];
  for (std::size_t k = 0; k < picked.size(); ++k) {
    if (!picked[k].given.is_number())
      continue;
    bool below = false, above = false;
    for (const assignments& other : asked.tunings) {
      if (!other[k].given.is_number())
        continue;
      below = below || other[k].given.number() < picked[k].given.number();
      above = above || other[k].given.number() > picked[k].given.number();
    }
    if (below != above)  // neither below nor above: the only value, so no range
      return true;
  }
  return false;
}

result<std::vector<point_tuning>> tune(const sweep& asked, const sweep_options& options) {
  std::vector<sweep_job> jobs;
  for (const grid_point& point : asked.points)
    for (const assignments& tuned : asked.tunings) {
      const fs::path folder = options.out / "tuning" / point.folder / folder_of(tuned);
      for (const std::int64_t seed : asked.tune_seeds) {
        ECHELON_TRY(sweep_job job, job_of(asked, options, point, &tuned, seed, folder));
        jobs.push_back(std::move(job));
      }
    }
  ECHELON_CHECK(run_jobs(asked, options, jobs));
  std::vector<point_tuning> found;
  auto job = jobs.begin();
  for (const grid_point& point : asked.points) {
    point_tuning tuning;
    for (std::size_t t = 0; t < asked.tunings.size(); ++t) {
      std::vector<run_outcome> runs;
      for (std::size_t s = 0; s < asked.tune_seeds.size(); ++s)
        runs.push_back(read_outcome(*job++, 1));
      tuning.scores.push_back(score_of(t, runs, asked.tuned_by));
    }
    tuning.chosen = best_of(tuning.scores);
    tuning.at_edge = at_edge(asked, tuning.chosen);
    options.say(fmt::format("tuned {}: {} (score {}){}", point.label,
                            fmt::join(settings_of(asked.tunings[tuning.chosen]), ", "),
                            number_text(tuning.scores[tuning.chosen].score, 4),
                            tuning.at_edge ? ", at the edge of its range" : ""));
    found.push_back(std::move(tuning));
  }
  return found;
}

/// Refuses a scenario that cannot be before the first one is run.
result<void> check_points(const sweep& asked, const sweep_options& options) {
  for (const grid_point& point : asked.points) {
    if (asked.tunings.empty())
      ECHELON_CHECK(job_of(asked, options, point, nullptr, asked.seeds.front(), {}));
    for (const assignments& tuned : asked.tunings)
      ECHELON_CHECK(job_of(asked, options, point, &tuned, asked.seeds.front(), {}));
  }
  return {};
}

}  // namespace

record_use use_of(const sweep_job& job) {
  if (read_all(job.folder / "scenario.toml") != job.expected)
    return record_use::start;
  const auto record = read_record(job.folder);
  // Without a summary the run was killed; it goes on from its last checkpoint, if it left one.
  if (!record)
    return record.error().code == errc::not_found ? record_use::proceed : record_use::start;
  return record->status == "interrupted" ? record_use::proceed : record_use::keep;
}

result<comparison> run_sweep(const sweep& asked, const sweep_options& options) {
  ECHELON_CHECK(check_points(asked, options));
  comparison compared{.asked = &asked, .points = {}, .target_accuracies = {}, .resolved_base = {}};
  ECHELON_TRY(compared.resolved_base, options.resolve(asked.base, {}, asked.seeds.front()));
  compared.points.resize(asked.points.size());
  if (!asked.tunings.empty()) {
    ECHELON_TRY(const std::vector<point_tuning> tunings, tune(asked, options));
    for (std::size_t p = 0; p < tunings.size(); ++p)
      compared.points[p].tuning = tunings[p];
  }
  std::vector<sweep_job> jobs;
  for (std::size_t p = 0; p < asked.points.size(); ++p) {
    const auto& tuning = compared.points[p].tuning;
    const assignments* tuned = tuning ? &asked.tunings[tuning->chosen] : nullptr;
    for (const std::int64_t seed : asked.seeds) {
      ECHELON_TRY(sweep_job job, job_of(asked, options, asked.points[p], tuned, seed,
                                        options.out / "runs" / asked.points[p].folder));
      jobs.push_back(std::move(job));
    }
  }
  ECHELON_CHECK(run_jobs(asked, options, jobs));
  auto job = jobs.begin();
  for (point_result& point : compared.points)
    for (std::size_t s = 0; s < asked.seeds.size(); ++s)
      point.runs.push_back(read_outcome(*job++, asked.target ? asked.target->smoothing : 1));
  analyse(compared);
  return compared;
}

}  // namespace echelon::experiments
