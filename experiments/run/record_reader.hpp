#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "experiments/report/straggler_map.hpp"

namespace echelon::experiments {

/// What a report needs to know of the scenario, read from the record's own scenario.toml.
struct scenario_facts {
  std::string name = "run";
  std::string policy = "uncoded";  ///< of coding; among peers, of merging
  std::string compression = "none";
  std::string ratios = "uniform";  ///< who shares out the budget
  std::string periods;             ///< of averages, as the scenario writes them; empty: none
  std::string graph;               ///< of peers; empty where there is a coordinator
  std::string model;
  std::string data;
  std::string world = "simulated";
  std::string delays = "none";
  std::optional<double> target_accuracy;
};

/// metrics.jsonl as columns of equal length, one entry a round. `missing` where a round has no
/// value.
struct round_columns {
  std::vector<double> round, time_s, round_s;
  std::vector<double> loss, accuracy, train_loss;
  std::vector<double> merged;  ///< accuracy after merging, mean over peers
  std::vector<double> bytes;   ///< sent since the start, up and down
  std::vector<double> residual, amplification, compression_error;
  std::vector<double> absent;  ///< how many workers
  std::vector<double> jain;    ///< of the workers' busy seconds
};

/// What rounds note under one name.
struct noted_fact {
  double total = 0;
  index rounds = 0;  ///< that note it

  double mean() const { return total / static_cast<double>(rounds); }
};

/// All that a round notes that probes the model, or in which peers exchange.
struct probe_line {
  double round = 0;
  std::map<std::string, double> facts;
};

struct part_totals {
  double computed = 0, used = 0, wasted = 0;
};

struct link_total {
  std::string from, to;
  double messages = 0, bytes = 0;
};

/// A finished, failed or interrupted run as its folder tells it: what summary.json says, and what
/// metrics.jsonl adds up to. Fields that this version does not know are left alone.
struct run_record {
  std::filesystem::path folder;
  std::string scenario;  ///< scenario.toml, as it stands
  scenario_facts facts;

  std::string status, reason, clock;
  std::uint64_t seed = 0;
  index rounds = 0;
  double time_s = 0;
  std::optional<double> wall_s, final_loss, final_accuracy, rounds_to_target, time_to_target_s;
  double bytes_up = 0, bytes_down = 0, payload_bits_up = 0, messages = 0;
  index exact_rounds = 0, approximate_rounds = 0, failed_rounds = 0;
  std::optional<double> residual_max, amplification_max;
  part_totals parts;
  std::string trace_hash, weights_hash, math, commit, version;
  std::vector<link_total> links;

  round_columns columns;
  std::map<std::string, double> busy_s, idle_s;  ///< per tier, over all rounds
  std::map<std::string, double> vectors;         ///< gradients into each tier, over all rounds
  double queue_max = 0;                        ///< most gradients that reached one node in a round
  std::map<std::string, noted_fact> noted;     ///< by the policies, round by round
  std::map<std::string, double> facts_of_run;  ///< what they say of the run as a whole
  std::vector<probe_line> probes;
  std::vector<std::pair<double, std::string>> graph_changes;  ///< among peers: round, and what
  std::vector<std::string> sender_names;   ///< of those who compress what they send to the root
  std::vector<double> sender_coordinates;  ///< values that each of them sent in the whole run
  std::map<std::string, index> absences;   ///< rounds in which a node's answer was not used
  std::map<std::string, index> reasons;    ///< why rounds failed
  std::map<std::string, index> lies, suspicions;  ///< rounds in which a node was named or suspect
  straggler_map stragglers;
  index refused = 0;
};

/// Reads a run folder. metrics.jsonl is read as a stream: memory grows by about 100 bytes a round,
/// whatever the number of workers.
/// Errors: a missing file; FILE:LINE of a line that is torn, no JSON, or of the wrong type or
/// order.
result<run_record> read_record(const std::filesystem::path& folder);

}  // namespace echelon::experiments
