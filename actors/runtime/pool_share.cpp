#include "actors/runtime/pool_share.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace echelon::runtime {

/// Shared with the turns that wait in the pool, which may come up after the share is gone. Tasks
/// lie here, not there, so that dropping them frees at once what they refer to.
struct pool_share::desk {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<task> waiting;
  int running = 0;
  bool closed = false;
  std::function<void()> idle;
  std::function<void(std::string)> on_throw;

  void run_next(int lane) {
    {
      task next = take();
      if (!next)
        return;
      attempt(next, lane);
    }
    finish();
  }

  task take() {
    const std::lock_guard lock{mutex};
    if (waiting.empty())
      return {};
    task next = std::move(waiting.front());
    waiting.pop_front();
    ++running;
    return next;
  }

  void attempt(const task& what, int lane) const {
    try {
      what(lane);
    } catch (const std::exception& thrown) {
      if (on_throw)
        on_throw(thrown.what());
    } catch (...) {
      if (on_throw)
        on_throw("unknown exception");
    }
  }

  /// After the task is destroyed, too: who waits may free what it referred to.
  void finish() {
    const std::lock_guard lock{mutex};
    if (--running > 0)
      return;
    if (idle)
      std::exchange(idle, nullptr)();
    changed.notify_all();
  }

  void shut() {
    std::deque<task> dropped;
    const std::lock_guard lock{mutex};
    closed = true;
    dropped.swap(waiting);
  }
};

pool_share::pool_share(std::shared_ptr<compute_pool> whole,
                       std::function<void(std::string)> on_throw)
    : whole_(std::move(whole)), desk_(std::make_shared<desk>()) {
  desk_->on_throw = std::move(on_throw);
}

pool_share::~pool_share() { close(); }

int pool_share::lanes() const { return whole_->lanes(); }

void pool_share::run(task what) {
  {
    const std::lock_guard lock{desk_->mutex};
    if (desk_->closed)
      return;
    desk_->waiting.push_back(std::move(what));
  }
  whole_->run([at = desk_](int lane) { at->run_next(lane); });
}

void pool_share::close() {
  desk_->shut();
  std::unique_lock lock{desk_->mutex};
  desk_->changed.wait(lock, [this] { return desk_->running == 0; });
}

void pool_share::drop(std::function<void()> idle) {
  desk_->shut();
  const std::lock_guard lock{desk_->mutex};
  if (desk_->running == 0)
    idle();
  else
    desk_->idle = std::move(idle);
}

}  // namespace echelon::runtime
