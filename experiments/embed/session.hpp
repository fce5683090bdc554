#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <asio/awaitable.hpp>

#include "actors/record.hpp"
#include "actors/runtime/compute_pool.hpp"
#include "actors/session.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::embed {

class session_core;

/// Where a session computes and what it leaves.
struct session_options {
  /// Where parts are computed; shared by several sessions, each gets its turns. Empty: a pool of
  /// its own with `threads` threads, 0 for one per core.
  std::shared_ptr<runtime::compute_pool> pool = {};
  int threads = 0;
  /// Told of every round in order, on the executor; may close or destroy the session.
  std::function<void(const actors::round_record&)> on_round = {};
  /// Folder of a run record as `echelon run` writes it; empty: none. With `resume`, a run that was
  /// interrupted goes on from its checkpoint there.
  std::filesystem::path record = {};
  bool resume = false;
};

/// A training run inside your program, on your event loop. No global state, no signal handlers, no
/// output; any number of them at once.
///
/// It lives on the executor of the coroutine that opens it, which runs one handler at a time: an
/// io_context run by one thread, or a strand. Everything but `interrupt`'s effect happens there,
/// and everything must be called there. World "local": the control actors take turns with your
/// handlers, parts run on the compute pool. World "simulated": a round at a time is a task of the
/// pool, its clock is virtual, and the loop stays free.
///
/// A session under way counts as outstanding work of its io_context. When that is destroyed first,
/// the session is closed with it.
class session {
public:
  /// None: it is over, and has no weights; all else needs one that was opened.
  session() = default;
  /// Closes at once: parts that have not begun are dropped, those that have are waited for. That
  /// blocks the loop for the time of a part; `close` does not.
  ~session();
  session(session&&) noexcept = default;
  session& operator=(session&& other) noexcept;

  /// Reads data, deals it and plans on the compute pool, then begins to train. Cancelled: drops it
  /// all, once the step under way has ended. Errors: everything that can be wrong before training;
  /// a world other than "local" and "simulated".
  static asio::awaitable<result<session>> open(const experiments::scenario& what,
                                               const experiments::policy_catalogues& policies,
                                               const session_options& options);
  static asio::awaitable<result<session>> open(const experiments::scenario& what,
                                               const experiments::policy_catalogues& policies);

  /// The record of the next round, its certificate included; nothing when no further one will
  /// come, or the wait was cancelled. Cancelling it ends this wait only, and loses no record. Up to
  /// 1024 records wait to be read; beyond that the oldest are dropped (their numbers show it).
  asio::awaitable<std::optional<actors::round_record>> round();

  /// Waits until the run is over and nothing of it is left. Cancelled: stops the work as `close`
  /// does, and returns when that is done. Errors: interrupted, where it was closed before its end;
  /// a record that could not be written. A run that failed has an outcome that says so.
  asio::awaitable<result<actors::run_outcome>> run();

  /// Stops the work at once, and returns when nothing of it is left: parts that have not begun are
  /// dropped, those that have are waited for without blocking the loop. The record, if there is
  /// one, says "interrupted". Not cancellable; does nothing where the run is over.
  asio::awaitable<void> close();

  /// Ends the run gently, after what is under way: its outcome is "interrupted", and a record has a
  /// checkpoint to resume from.
  void interrupt();

  /// Nothing is under way any more.
  bool over() const;
  /// After the latest round that was told: parameters, then buffers. Empty in a timing-only run, or
  /// where there is no session yet. Cheap: shares the memory.
  block weights() const;
  /// The model, the data, the plan: all that was made of the scenario.
  const actors::training_setup& setup() const;

private:
  explicit session(std::shared_ptr<session_core> core) : core_(std::move(core)) {}
  static asio::awaitable<result<session>> opened(std::shared_ptr<session_core> core);

  std::shared_ptr<session_core> core_;
};

}  // namespace echelon::embed
