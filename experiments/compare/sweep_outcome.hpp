#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/compare/statistics.hpp"
#include "experiments/run/record_reader.hpp"

namespace echelon::experiments {

/// What runs of a sweep are compared by. Order as in tables.
enum class metric : unsigned char {
  final_accuracy,
  mean_accuracy,
  first_merged_accuracy,
  final_merged_accuracy,
  final_loss,
  rounds_to_target,
  time_to_target,
  round_mean,
  round_median,
  round_p95,
  time_total,
  bytes_total,
  payload_bits,
  parts_wasted,
};

inline constexpr std::size_t metrics = 14;

struct metric_card {
  metric which;
  std::string_view name;   ///< in table.csv and JSON, with its unit
  std::string_view title;  ///< in tables
  bool higher_is_better;
  std::string (*text)(double);
  std::string (*difference_text)(double);  ///< of a size, without its sign
};

const std::array<metric_card, metrics>& metric_cards();
inline bool to_target(metric which) {
  return which == metric::rounds_to_target || which == metric::time_to_target;
}

/// A point of a curve of evaluations.
struct evaluation {
  double round, time_s, accuracy, loss;
  double bytes = missing;   ///< sent since the start
  double merged = missing;  ///< accuracy after merging, among peers
};

/// One run of a sweep, reduced to what comparisons need.
struct run_outcome {
  std::int64_t seed = 0;
  std::filesystem::path folder;
  bool finished = false;
  std::string failure;  ///< why, where it did not finish
  double rounds = 0, time_s = 0;
  /// By metric; `missing` where the run has none. Those of time to target are filled in by
  /// reach_target.
  std::array<double, metrics> values{};
  double smoothed_accuracy = missing;  ///< at the end
  std::vector<evaluation>
      records_broken;             ///< evaluations whose smoothed accuracy beat all before them
  std::vector<evaluation> curve;  ///< at most `curve_points_max`
  std::optional<censored> target_rounds, target_time;
  /// What policies noted: means over the rounds, and what they say of the run as a whole.
  std::map<std::string, double> facts;
};

inline constexpr index curve_points_max = 300;

/// Reduces a record. `smoothing`: evaluations in the trailing mean that targets are measured by.
/// A record whose status is not "done" gives an outcome that did not finish; its values stay
/// missing.
run_outcome outcome_of(const run_record& record, index smoothing);

/// Rounds and time until the smoothed accuracy first reached `accuracy`. A run that finished
/// without it is censored at its end. One that failed never reaches it: it counts as longer than
/// any horizon.
void reach_target(run_outcome& outcome, double accuracy);

}  // namespace echelon::experiments
