#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "actors/runtime/pool_share.hpp"
#include "experiments/embed/session.hpp"
#include "experiments/run/recording.hpp"

namespace echelon::embed {

/// What is made of a scenario before training can begin.
struct prepared_run {
  actors::training_setup_ptr setup;
  std::optional<actors::checkpoint> from;
  std::optional<experiments::record_folder> record;
};

/// A session behind its handle. Two shares of the pool: `office_` for tasks of its own (preparing,
/// the rounds of a simulated world), `parts_` for what the actors compute; in the simulated world
/// that is within the round's task. Tasks point here without owning: they are over, or dropped,
/// before it is. Handlers hold it weakly. Coroutines that wait own it while they do.
/// All calls on the executor.
class session_core final : public actors::run_observer,
                           public std::enable_shared_from_this<session_core> {
public:
  session_core(experiments::scenario what, experiments::policy_catalogues policies,
               session_options options);
  ~session_core() override;

  /// Goes to live there, and has the scenario prepared on the pool.
  void attach(const asio::any_io_executor& where);
  bool prepared() const { return prepared_.has_value(); }
  /// Begins to train with what was prepared, or says what was wrong with it.
  result<void> begin();
  /// The oldest round that was not taken yet.
  std::optional<actors::round_record> take_round();
  /// Once it is over.
  result<actors::run_outcome> end() const;

  /// What to wait on: it is cancelled whenever something happened.
  asio::steady_timer& signal() { return *signal_; }
  /// Begins to stop the work. It is over once nothing of it is left.
  void stop();
  void interrupt();
  /// Blocks until nothing is left.
  void close_now();
  /// The same, and lets go of the io_context, which is about to be destroyed.
  void detach();

  bool over() const { return now_ == phase::closed; }
  const block& weights() const { return weights_; }
  const actors::training_setup& setup() const { return *setup_; }

private:
  enum class phase : unsigned char { preparing, running, stopping, writing, closed };

  result<prepared_run> prepare() const;
  actors::run_options options_for(std::optional<actors::checkpoint> from);
  void next_round();

  void on_round(const actors::round_record& round) override;
  void told(actors::round_record round, block weights);
  void ended();
  void broke(const std::string& what);

  void tear_down();
  actors::run_outcome aborted();
  void write_record(const actors::run_outcome& left);
  void finish();
  void notify();
  /// Calls a member on the executor, unless the session is gone by then; from any thread.
  template <class Do>
  void later(Do what) {
    asio::post(where_, [weak = weak_from_this(), what = std::move(what)]() mutable {
      if (const auto self = weak.lock())
        what(*self);
    });
  }

  experiments::scenario scenario_;
  experiments::policy_catalogues policies_;
  session_options options_;
  bool simulated_;

  asio::any_io_executor where_;
  asio::any_io_executor work_;                ///< keeps the io_context running
  std::optional<asio::steady_timer> signal_;  ///< never due
  std::shared_ptr<runtime::compute_pool> pool_;
  std::shared_ptr<runtime::pool_share> office_, parts_, writer_;
  runtime::cancel_token halt_, gently_;  ///< read by the task of a simulated round

  phase now_ = phase::preparing;
  std::optional<result<prepared_run>> prepared_;
  actors::training_setup_ptr setup_;
  std::optional<experiments::record_folder> record_;
  actors::run_options how_;
  std::unique_ptr<runtime::event_loop> loop_;
  std::unique_ptr<actors::run_under_way> running_;
  block settled_;  ///< after the latest round, on whichever thread the actors are
  block weights_;
  std::deque<actors::round_record> unread_;
  index rounds_told_ = 0;
  std::optional<result<actors::run_outcome>> end_;
};

}  // namespace echelon::embed
