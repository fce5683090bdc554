#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/checkpoint.hpp"
#include "actors/children.hpp"
#include "actors/gathering.hpp"
#include "actors/membership.hpp"
#include "actors/role_context.hpp"
#include "actors/round_alarm.hpp"
#include "actors/run_book.hpp"
#include "actors/trainer.hpp"
#include "algorithms/coding/dynamic/history_keeper.hpp"

namespace echelon::actors {

/// How a run ended.
struct run_end {
  run_status status = run_status::done;
  std::optional<error> reason;
};

/// What the coordinator tells the outside, on the loop's thread.
struct coordinator_hooks {
  run_observer* observer;
  /// Called between rounds; an error ends the run.
  std::function<result<void>(const checkpoint&)> save;
  std::function<void(run_end)> finished;
  std::function<bool()> keeps_all = {};  ///< whether this round is one to save after, due or not
};

/// A coordinator's data; the session reads it when the run has ended.
struct coordinator_desk {
  coordinator_desk(role_context shared, coordinator_hooks tell);

  role_context context;
  coordinator_hooks hooks;
  std::unique_ptr<children> below;  ///< spawned after it, before its first message
  work_plan_ptr plan;
  coding::plan_choice wanted;  ///< the plan's, while everybody is there
  /// Who is there, in worlds where nodes come and go; nullptr: everybody, always.
  const membership* members = nullptr;
  seconds members_wait{0};        ///< for somebody to come who can be of use
  std::uint64_t planned_for = 0;  ///< members' version that the plan was made for
  std::uint64_t epoch = 0;        ///< of the plan
  std::string recipe;             ///< of the plan, for other processes; empty: there are none
  trainer weights;
  run_book book;
  coding::history_keeper histories;  ///< of the workers; they change between rounds only
  std::vector<double> chosen;        ///< what the root code settled for the rounds to come
  std::unique_ptr<coding::replanner> replanner;
  std::vector<bool> chosen_children;  ///< that take part in the round
  double move_s = 0;                  ///< before the next round can begin
  /// The run as it stood before the round in flight: what an interruption leaves behind.
  checkpoint boundary;
  sender_book boundary_senders;  ///< a part of it that is cheap to hold and dear to write

  enum class phase : unsigned char { idle, regrouping, collecting, decoding, evaluating, over };
  phase now = phase::idle;
  bool stop_wanted = false;
  std::shared_ptr<gathering> round;
  round_alarm alarm;
  std::vector<std::optional<learning::batch_sums>> slices;
  bool probing = false;
  std::shared_ptr<const model_probe> start;  ///< of the first model, once it was asked for
};

struct coordinator_state {
  std::shared_ptr<coordinator_desk> desk;
};

using coordinator_pointer = coordinator_handle::stateful_pointer<coordinator_state>;

/// Ends the run, once.
void finish(coordinator_desk& desk, run_status status, std::optional<error> reason = {});
/// Leaves a checkpoint of the last boundary and ends the run.
void interrupt(coordinator_desk& desk);
/// Ends the run when its rounds or its time are used up, or it is to be interrupted.
bool end_of_run(coordinator_desk& desk, index next_round);

/// Tests and probes the model where that is due, then sends `round_settled`.
void evaluate(coordinator_pointer self, coordinator_desk& desk, index round);
void add_slice(coordinator_pointer self, coordinator_desk& desk, const slice_evaluated& what);
void add_probe(coordinator_pointer self, coordinator_desk& desk, const model_probed& what);
/// Notes where the run stands, and writes it down where that is due; called between rounds only,
/// when nothing of the last one can still change it. False when the run ended over it.
bool pass_boundary(coordinator_desk& desk, index round);
/// Continues where a checkpoint was written.
/// Errors: what it says of plans cannot be used.
result<void> restore(coordinator_desk& desk, const checkpoint& from);
/// What every coordinator does first.
void prepare(coordinator_pointer self, coordinator_desk& desk);

}  // namespace echelon::actors
