#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/compare/sweep.hpp"
#include "experiments/compare/sweep_outcome.hpp"

namespace echelon::experiments {

/// One metric over the seeds of a grid point.
struct metric_summary {
  index count = 0;  ///< runs that have a value
  double mean = missing, deviation = missing, least = missing, most = missing;
  interval confidence;  ///< of the mean, 95 %
};

metric_summary summarise(std::span<const double> values);

/// A point's metric minus its baseline's, seed by seed.
struct paired_difference {
  index pairs = 0;
  double mean = missing;
  double ratio = missing;  ///< of the means over the same pairs, point over baseline
  interval confidence;     ///< of the mean difference, 95 %
  pair_counts counts;      ///< of times to target: what is known despite censoring
};

/// How often a grid point's runs met the target.
struct target_share {
  index reached = 0, runs = 0;
};

/// One value of [tune] at one grid point.
struct tuning_score {
  std::size_t tuning;  ///< which of sweep::tunings
  double score;  ///< mean of sweep::tuned_by over the tuning seeds; without accuracies, minus the
                 ///< mean loss
  index failed;  ///< runs that did not finish; any failure ranks behind none
};

struct point_tuning {
  std::vector<tuning_score> scores;  ///< in the order of sweep::tunings
  std::size_t chosen = 0;
  bool at_edge = false;  ///< the chosen value is the least or greatest of its key: the range may be
                         ///< too small
};

struct point_result {
  std::vector<run_outcome> runs;  ///< one a seed, in the sweep's order
  index failed = 0;
  std::array<metric_summary, metrics> summaries;
  std::array<std::optional<paired_difference>, metrics> differences;  ///< none for a baseline
  target_share target;
  /// Of all points with its baseline; infinite where each of their runs got there.
  double horizon_rounds = missing, horizon_s = missing;
  std::optional<point_tuning> tuning;
};

/// What a sweep found. Censoring: times to target are compared as restricted means, min(time,
/// horizon), where the horizon is the shortest time after which a finished run gave up, of all
/// points that have one baseline; that needs no guess about what would have come later. Failed runs
/// stand at the horizon.
struct comparison {
  const sweep* asked = nullptr;
  std::vector<point_result> points;       ///< in the order of sweep::points
  std::vector<double> target_accuracies;  ///< by point and seed, row by row; empty without [target]
  std::string resolved_base;              ///< the base scenario in full

  double target_of(std::size_t point, std::size_t seed) const {
    return target_accuracies[point * asked->seeds.size() + seed];
  }
};

/// Which of the scores wins: fewest failures first, then the highest; the first of equals.
std::size_t best_of(const std::vector<tuning_score>& scores);

/// Fills in targets, summaries and differences from the runs of each point.
/// Shapes: one point_result a grid point, each with one run a seed.
void analyse(comparison& compared);

/// The documents of a sweep: tidy CSV (a row a point and metric), a Markdown table, a page, JSON.
std::string table_csv(const comparison& compared);
std::string table_markdown(const comparison& compared);
std::string compare_page(const comparison& compared);
std::string compare_json(const comparison& compared);

/// True where at least one run has a value of that metric.
bool has_metric(const comparison& compared, metric which);
/// "−12.1 s [−15.2 s, −9.3 s]".
std::string difference_text(const paired_difference& difference, const metric_card& card);

}  // namespace echelon::experiments
