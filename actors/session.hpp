#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/checkpoint.hpp"
#include "actors/coordinator_desk.hpp"
#include "actors/fault_keeper.hpp"
#include "actors/host.hpp"
#include "actors/local_tree.hpp"
#include "actors/record.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

enum class world_kind : unsigned char { simulated, local };

/// A node that ends for good once so many messages of the run have been sent.
struct node_crash {
  node_id node;
  std::int64_t after_messages = 0;
  std::int64_t replaced_after = 0;  ///< messages: a peer, by a new one; 0: never
};

/// Where and how a setup is run.
struct run_options {
  world_kind world = world_kind::simulated;
  int threads = 0;  ///< compute threads of the local world; 0: one per core
  std::shared_ptr<runtime::compute_pool> pool = {};  ///< parts are computed here instead
  std::function<bool()> interrupted =
      {};  ///< polled while the run goes on; true: stop and leave a checkpoint
  std::filesystem::path checkpoint_file = {};  ///< empty: none is written
  /// Writes checkpoints instead. Errors: interrupted: somebody else goes on with the run.
  std::function<result<void>(const checkpoint&)> keep = {};
  std::function<bool()> keeps_all = {};  ///< asked after each round: true: a checkpoint now
  std::string scenario = {};             ///< identifies the run in its checkpoints
  std::optional<checkpoint> resume = {};
  std::vector<node_crash> crashes = {};  ///< faults to inject; simulated world
  const membership* members = nullptr;   ///< who is there, where nodes come and go
  seconds members_wait{600};             ///< how long a run waits for nodes it cannot do without
};

/// What a run leaves.
struct run_outcome {
  run_summary summary;
  block state;  ///< parameters, then buffers; empty in timing-only runs
  std::vector<block> peers =
      {};  ///< of each, where the run is one of peers; then `state` is the first's
};

/// Brings up the nodes below the coordinator, once its actor is there.
using tree_maker = std::function<std::unique_ptr<children>(host& here, coordinator_handle root)>;

/// One run under way, on a loop that others may use, too. No global state, no signal handlers, no
/// output: several may run in one process. Control thread only.
class run_under_way {
public:
  virtual ~run_under_way() = default;

  /// Lets the rounds begin.
  virtual void start() = 0;
  /// Stops after what is under way, and leaves a checkpoint; the run then ends.
  virtual void interrupt() = 0;
  /// Ends the run at once, unless it has ended: as failed, or without a checkpoint where it was
  /// interrupted.
  virtual void give_up(error reason) = 0;

  virtual bool over() const = 0;
  /// Rounds that are complete.
  virtual index rounds() const = 0;
  /// The model after the newest of them; of the first peer, where there is no coordinator.
  virtual block weights() const = 0;
  /// Once it is over.
  virtual run_outcome outcome() const = 0;
  virtual host& here() = 0;
};

/// A run with a coordinator: it, and what it owns.
class session final : public run_under_way {
public:
  /// What checkpoints, records and options refer to must outlive it. `ended` is called once, from
  /// the loop. `make_below`: who the coordinator's children are; the whole tree, in this process,
  /// if empty.
  /// Errors: a checkpoint of another scenario or shape.
  static result<std::unique_ptr<session>> open(training_setup_ptr setup, const run_options& options,
                                               run_observer& observer, runtime::event_loop& loop,
                                               std::function<void()> ended,
                                               const tree_maker& make_below = {});
  ~session() override;
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void start() override;
  void interrupt() override;
  void give_up(error reason) override;
  bool over() const override { return end_.has_value(); }
  index rounds() const override { return desk_->book.summary().rounds; }
  block weights() const override { return desk_->weights.state(); }
  run_outcome outcome() const override;
  host& here() override { return host_; }
  coordinator_desk& desk() { return *desk_; }
  const coordinator_handle& root() const { return root_; }

private:
  session(training_setup_ptr setup, const run_options& options, run_observer& observer,
          runtime::event_loop& loop, std::function<void()> ended);

  result<void> restore(const checkpoint& from);
  void bring_up(const tree_maker& make_below);
  void suffer();
  void crash_due();
  result<void> write(const checkpoint& mark) const;
  result<void> save(const checkpoint& mark) const;
  void finish(run_end end);
  double wall_s() const;
  void add_links(run_summary& summary) const;

  training_setup_ptr setup_;
  const run_options& options_;
  run_observer& observer_;
  std::chrono::steady_clock::time_point began_;
  double wall_before_s_ = 0;
  std::int64_t messages_before_ = 0;
  std::optional<run_end> end_;
  std::function<void()> ended_;
  runtime::event_loop& loop_;
  std::shared_ptr<coordinator_desk> desk_;
  host host_;
  coordinator_handle root_;
  local_tree nodes_;
  std::optional<fault_keeper> faults_;
  std::int64_t sent_ = 0;  ///< messages, counted where crashes are to come
};

/// What a run goes on, and where it computes.
std::unique_ptr<runtime::event_loop> make_loop(const training_setup& setup,
                                               const run_options& options);
std::shared_ptr<runtime::compute_pool> make_pool(const run_options& options);

/// The simulated world's loop for a setup; `start`: where the clock of its checkpoint stands.
std::unique_ptr<runtime::event_loop> make_virtual_loop(const training_setup& setup,
                                                       nanoseconds start);

/// A run with a coordinator or one of peers, with all its nodes in this process. As session::open.
result<std::unique_ptr<run_under_way>> open_run(training_setup_ptr setup,
                                                const run_options& options, run_observer& observer,
                                                runtime::event_loop& loop,
                                                std::function<void()> ended);

/// Why a run ends in which nothing is due and nobody was told to stop.
error standstill();

/// Starts a run on its own loop, which `ended` stops, and returns when it is over.
run_outcome run_to_end(run_under_way& running, runtime::event_loop& loop);

/// Trains with all nodes of the setup as actors, on a loop of its own, and returns when the run is
/// over.
///
/// Errors: a checkpoint of another scenario. A run that fails has a summary that says so.
result<run_outcome> run_training(training_setup_ptr setup, const run_options& options,
                                 run_observer& observer);

}  // namespace echelon::actors
