#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/base/value.hpp"
#include "experiments/compare/sweep_outcome.hpp"

namespace echelon::experiments {

/// The key of [grid] whose tables set keys of several sections at once; `name` in such a table is
/// its label.
inline constexpr std::string_view together = "together";

/// One key of a scenario and what it is set to; a table sets its members one by one.
struct assignment {
  std::string key;
  value given;

  /// As `--set` takes them.
  std::vector<std::string> settings() const;
};

using assignments = std::vector<assignment>;

/// One scenario of the grid: one element of every list.
struct grid_point {
  assignments chosen;        ///< in the grid's order of keys
  std::string label;         ///< short, and different for every point
  std::string folder;        ///< safe as a file name; depends on `chosen` alone
  std::size_t baseline = 0;  ///< the point this one is compared with
};

/// What a run has to reach: a share of what the baseline of the same seed ends with.
struct target_rule {
  std::string accuracy_of;  ///< key=value of the grid, as the sweep file says it
  double fraction = 1;
  index smoothing = 1;  ///< accuracies are trailing means over so many evaluations
};

/// A sweep file, checked: a base scenario, a grid of settings, and the seeds all of them share.
struct sweep {
  std::filesystem::path file;
  std::filesystem::path base;  ///< as found from the sweep file
  std::string text;            ///< the sweep file as it stands
  std::vector<std::int64_t> seeds;
  std::vector<std::int64_t> tune_seeds;  ///< none of `seeds`; empty without [tune]
  std::vector<grid_point> points;
  metric tuned_by = metric::final_accuracy;  ///< what [tune] maximises
  std::vector<assignments> tunings;          ///< every combination of [tune]; empty without it
  std::optional<target_rule> target;

  index runs() const;  ///< how many scenarios have to be run, tuning included
};

/// A name for what is chosen, safe in any file system: letters, digits and a hash of the whole.
std::string folder_of(const assignments& chosen);

inline constexpr index sweep_runs_max = 100'000;

/// Keys: baseline (a key of the grid, whose first value all others are compared with), base, seeds,
/// tune_seeds (default: as many as seeds, at most 3, that follow the greatest seed), tune_by
/// ("final_accuracy" or "mean_accuracy", over the run), [grid], [tune], [target] accuracy_of =
/// "key=value" (a member of a table-valued key, too), fraction, smoothing. The baseline of a point
/// differs from it in the key of accuracy_of alone; without [target] it is the grid's first point.
/// Errors: FILE:LINE: key: what is wrong; what would be right.
result<sweep> read_sweep(const std::filesystem::path& file);

/// The same from a parsed file.
result<sweep> make_sweep(const value& settings, const std::filesystem::path& file);

}  // namespace echelon::experiments
