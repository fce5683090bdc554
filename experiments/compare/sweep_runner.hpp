#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/compare/compare.hpp"
#include "experiments/compare/sweep.hpp"

namespace echelon::experiments {

/// One scenario of a sweep that has to be run, and where its record goes.
struct sweep_job {
  std::vector<std::string> settings;  ///< as `--set` takes them
  std::int64_t seed = 0;
  std::filesystem::path folder;
  std::string name;      ///< for progress: "dagc-r, seed 3"
  std::string expected;  ///< the scenario in full, as its record holds it
};

/// What a record found in a job's folder is good for.
enum class record_use : unsigned char {
  keep,     ///< ended, done or failed, and is of this very scenario
  proceed,  ///< was interrupted; the run goes on from its checkpoint
  start     ///< there is none, or it belongs to another scenario
};

record_use use_of(const sweep_job& job);

struct sweep_options {
  std::filesystem::path program;  ///< the echelon command
  std::filesystem::path out;
  index jobs = 1;
  bool resume = false;  ///< else records found in `out` are made anew
  /// The full scenario of (base, settings, seed) as its record will hold it; checks it as well.
  std::function<result<std::string>(const std::filesystem::path& base,
                                    const std::vector<std::string>& settings, std::int64_t seed)>
      resolve;
  std::function<void(const std::string& line)> say;       ///< something happened
  std::function<void(const std::string& line)> progress;  ///< how far it is; often
};

/// Runs what a sweep asks for and compares it: tunes first where it says so, then runs every grid
/// point with every seed, each in a process of its own. A run that fails is kept as a failure.
/// Errors: a scenario that does not resolve, before anything runs, naming the sweep and the grid
/// point; `interrupted`, after the children have written their checkpoints.
result<comparison> run_sweep(const sweep& asked, const sweep_options& options);

}  // namespace echelon::experiments
