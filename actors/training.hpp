#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actors/averaging.hpp"
#include "actors/probing.hpp"
#include "algorithms/aggregation/robust_aggregation.hpp"
#include "algorithms/base/tree.hpp"
#include "algorithms/base/units.hpp"
#include "algorithms/coding/planning/planner.hpp"
#include "algorithms/coding/replanner.hpp"
#include "algorithms/coding/work_plan.hpp"
#include "algorithms/compression/packer.hpp"
#include "algorithms/compression/ratios/budget_manager.hpp"
#include "algorithms/compression/wire_format.hpp"
#include "algorithms/faults/schedule.hpp"
#include "algorithms/learning/data_source.hpp"
#include "algorithms/learning/model.hpp"
#include "algorithms/learning/optimiser.hpp"
#include "algorithms/learning/partitioner.hpp"
#include "algorithms/learning/schedule.hpp"
#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/link_model.hpp"
#include "algorithms/transmission/uplink/uplink_plan.hpp"

namespace echelon::actors {

/// What a worker's answer counts in the mean.
enum class weighting : unsigned char {
  batch,    ///< the samples its gradient was computed from
  samples,  ///< the samples it holds
  uniform,  ///< as much as any other
};

/// What bounds on a run are made from.
struct bound_question {
  const model_probe& start;  ///< of the model the run began with
  const model_probe& now;
  index rounds = 0;                                  ///< so far
  const compression::ratio_state* ratios = nullptr;  ///< of the coordinator's children
};

struct peering;

/// Everything a run needs, made from a scenario or by hand: values and const policies, no actor.
/// Shared by all actors of a process and never changed.
struct training_setup {
  learning::model_ptr model;
  learning::prepared_data data;
  learning::partition parts;  ///< rows of data.train that each part holds
  tree topology;
  coding::work_plan plan;
  coding::plan_choice choice;  ///< what it was made from, its parts counted
  /// Makes plans that fit everything else of the run.
  coding::planning::plan_maker make_plan;

  learning::optimiser_ptr optimiser;  ///< of the coordinator's step, or of the workers' local steps
  learning::optimiser_ptr server;     ///< applied to the mean change, see `sends_changes`
  std::shared_ptr<const learning::rate_schedule> schedule;
  double rate = 0.1;
  double server_rate = 1;
  double clip = 0;  ///< largest Euclidean norm of the mean gradient; 0: none
  index local_steps = 1;
  index batch = 32;      ///< per part and step; 0: the whole part
  bool changes = false;  ///< workers answer with the model's change after one local step, too
  weighting weights = weighting::batch;  ///< changes count by samples where this says batch
  double proximal = 0;  ///< FedProx: pull of a local step towards the model it began with
  /// SCAFFOLD: models and answers carry control variates behind everything else.
  bool control_variates = false;
  averaging levels;
  /// Where the run is one of peers, each of which holds a part; nullptr: there is a coordinator.
  std::shared_ptr<const peering> peers;

  compression::wire_format values = compression::wire_format::full;  ///< of messages upwards
  /// How answers are packed, hop by hop; nullptr: as computed.
  std::shared_ptr<const compression::packer> worker_packer, edge_packer;
  bool packs_means = false;  ///< messages stand for means, so that thresholds and memories do
  /// How much the children of a node that decodes may send; without one: everything.
  std::map<node_id, std::shared_ptr<const compression::budget_manager>> budgets;

  /// Makes the run's own replanner; empty: the plan stays. Asked every `replan_every` rounds.
  std::function<std::unique_ptr<coding::replanner>()> make_replanner = {};
  index replan_every = 0;

  index probe_every = 0;  ///< in rounds; 0: never
  /// Bounds on the mean of |grad f|^2 over the rounds so far, and the rates they allow, by name.
  std::function<std::map<std::string, double>(const bound_question&)> bounds = {};

  seconds grace{0};     ///< wait so long for more answers once a round can be decoded
  bool verify = false;  ///< answers beyond those needed are compared, and liars' left out
  /// How the coordinator makes one of its workers' answers; nullptr: it decodes their sum.
  aggregation::robust_aggregation_ptr rule = nullptr;

  transmission::delay_model_ptr delays;
  transmission::link_plan links;
  transmission::uplink_plan uplinks;

  faults::fault_plan faults;  ///< simulated world

  index rounds = 100;
  index evaluate_every = 1;    ///< in rounds; the last round is always evaluated
  index checkpoint_every = 0;  ///< in rounds; 0: only when interrupted
  std::optional<double>
      target_accuracy;  ///< the run goes on; the round that first reached it is recorded
  std::optional<seconds> time_limit;

  std::uint64_t seed = 1;
  std::uint64_t init_seed = 1;
  std::uint64_t data_seed = 1;
  std::uint64_t delay_seed = 1;

  bool gradients = true;             ///< false: timing and traffic only
  bool seeded_interleaving = false;  ///< simulated world: order of runnable actors drawn from the
                                     ///< seed

  /// Whether workers answer with the change of the model, not with a gradient.
  bool sends_changes() const { return changes || local_steps > 1; }
  /// Numbers that cross a link about one model: parameters, buffers, control variates.
  index exchanged() const {
    const index trained = model->parameter_count();
    return trained + model->buffer_count() + (control_variates ? trained : 0);
  }
  /// What the answer about a part's data counts in the mean; `used`: the samples of its batch.
  double weight_of(index part, double used) const;
  /// The same where the batch is as long as any.
  double weight_of(index part) const;
};

using training_setup_ptr = std::shared_ptr<const training_setup>;

}  // namespace echelon::actors
