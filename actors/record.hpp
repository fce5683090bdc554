#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/node.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/base/units.hpp"

namespace echelon::actors {

/// What one round is worth.
struct certificate {
  enum class scope_kind : unsigned char { gradient, delta, merge };
  enum class outcome : unsigned char { exact, approximate, failed };

  scope_kind scope = scope_kind::gradient;
  outcome kind = outcome::exact;
  double residual = 0;  ///< ||a B - 1|| / sqrt(K)
  double amplification = 1;
  double compression_error = 0;  ///< relative, 0 where nothing was compressed
  std::vector<node_id> absent;   ///< workers whose answer was not used because it had not come
  std::string reason = {};       ///< why it failed
  /// Whose answers were not used because they contradict others', surely or possibly; see
  /// coding::find_lies.
  std::vector<node_id> liars = {}, suspects = {};
};

struct part_counts {
  index computed = 0;
  index used = 0;
  index wasted = 0;
};

/// One line of metrics.jsonl. Times are seconds on the run's clock, evaluation and checkpoints
/// excluded.
struct round_record {
  index round = 0;  ///< from 1
  double time_s = 0;
  double round_s = 0;
  std::optional<double> loss;  ///< mean over the test set, where evaluated
  std::optional<double> accuracy;
  /// Means over peers, of the models as they were merged and as they were trained.
  std::optional<double> accuracy_after_merge, accuracy_after_train;
  std::optional<double>
      train_loss;  ///< mean over the samples of this round, decoded with the gradient
  double rate = 0;
  std::int64_t bytes_up = 0;
  std::int64_t bytes_down = 0;
  std::int64_t payload_bits_up = 0;
  std::vector<node_id> senders;  ///< whose messages the coordinator's decode used
  certificate worth;
  part_counts parts;
  std::map<role, double> busy_s;  ///< per tier, summed over its nodes
  std::map<role, double> idle_s;
  std::vector<std::optional<double>>
      answer_s;                   ///< per worker: seconds into the round its answer was received
  std::vector<index> slow;        ///< workers drawn slow
  std::map<role, index> vectors;  ///< gradients that reached the nodes of a tier that decodes
  index queue_max = 0;            ///< most gradients that reached one node
  double jain = 1;                ///< Jain's index of the workers' busy seconds: 1 is fair
  /// Values that each child of the coordinator sent, where their hop is compressed.
  std::vector<std::optional<std::int64_t>> coordinates;
  std::map<std::string, double> facts;  ///< what the policies add, by name
  std::string graph_change = {};        ///< of peers: links that were added, where some were
  index refused = 0;  ///< stale, duplicate, malformed messages that changed nothing
};

/// Traffic of one direction of one link over the whole run.
struct link_traffic {
  node_id from, to;
  std::int64_t messages = 0;
  std::int64_t bytes = 0;
};

enum class run_status : unsigned char { done, failed, interrupted };

/// What summary.json says beyond the scenario.
struct run_summary {
  run_status status = run_status::done;
  std::optional<error> reason;
  index rounds = 0;
  double time_s = 0;
  double wall_s = 0;
  bool virtual_clock = true;
  std::optional<double> final_loss, final_accuracy;
  std::optional<index> rounds_to_target;
  std::optional<double> time_to_target_s;
  std::int64_t bytes_up = 0, bytes_down = 0, payload_bits_up = 0;
  index exact_rounds = 0, approximate_rounds = 0, failed_rounds = 0;
  double residual_max = 0, amplification_max = 0;
  part_counts parts;
  std::optional<std::uint64_t> trace_hash;  ///< simulated world only
  std::uint64_t weights_hash = 0;
  std::int64_t messages = 0;  ///< delivered between actors
  std::vector<link_traffic> links;
  std::map<std::string, double> facts;  ///< what policies say of the whole run, by name
};

/// Follows a run. Called on the control thread, in order; must return soon.
class run_observer {
public:
  virtual ~run_observer() = default;
  virtual void on_round(const round_record&) {}
  /// The rounds up to this one are written down for good.
  virtual void on_checkpoint(index) {}
  /// A node ended for a while or for ever, or returned; where faults are simulated.
  virtual void on_node(node_id, bool) {}
};

}  // namespace echelon::actors
