#include "actors/runtime/asio_loop.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "algorithms/base/contract.hpp"

namespace echelon::runtime {
namespace {

using steady = std::chrono::steady_clock;

constexpr auto flag_period = std::chrono::milliseconds{50};
/// Messages handled before other handlers of the context get a turn.
constexpr int messages_a_turn_max = 64;

}  // namespace

/// Shared with the handlers that are still queued in the context, which may outlive the loop.
struct asio_loop::core : std::enable_shared_from_this<core> {
  core(const asio::any_io_executor& on, asio::io_context* io, asio_loop& loop, nanoseconds start)
      : where(on), context(io), owner(&loop), origin(steady::now() - start), alarm(where),
        flag_alarm(where) {}

  void post_drain() {
    asio::post(where, [self = shared_from_this()] { self->drain(); });
  }

  caf::resumable* next_job() {
    const std::lock_guard lock{mutex};
    if (ready.empty()) {
      draining = false;
      return nullptr;
    }
    caf::resumable* job = ready.front();
    ready.pop_front();
    return job;
  }

  void drain() {
    for (int count = 0; count < messages_a_turn_max; ++count) {
      caf::resumable* job = owner == nullptr ? nullptr : next_job();
      if (job == nullptr)
        return;
      owner->resume(job);
      ++handled;
    }
    post_drain();
  }

  void arm() {
    const auto due = timers.next_due();
    if (!due || due == armed)
      return;
    armed = due;
    alarm.expires_at(origin + *due);
    alarm.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
      if (!cancelled)
        self->fire();
    });
  }

  void fire() {
    armed.reset();
    while (owner != nullptr) {
      const auto due = timers.next_due();
      if (!due || origin + *due > steady::now())
        break;
      delivery next = timers.take();
      next.receiver->enqueue(std::move(next.content), owner->unit_);
    }
    if (owner != nullptr)
      arm();
  }

  void look_at_flag() {
    flag_alarm.expires_after(flag_period);
    flag_alarm.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
      if (cancelled || self->owner == nullptr || !self->raised)
        return;
      if (self->raised()) {
        self->raised = nullptr;
        std::exchange(self->react, nullptr)();
      } else {
        self->look_at_flag();
      }
    });
  }

  asio::any_io_executor where;
  asio::io_context* context;  // to be run by `run`; null: not known
  asio_loop* owner;
  steady::time_point origin;
  asio::steady_timer alarm;
  asio::steady_timer flag_alarm;
  std::optional<nanoseconds> armed;
  timer_queue timers;
  std::mutex mutex;  // guards ready and draining: pool threads make actors runnable
  std::deque<caf::resumable*> ready;
  bool draining = false;
  bool stopped = false;
  std::int64_t handled = 0;
  std::function<bool()> raised;
  std::function<void()> react;
};

asio_loop::asio_loop(asio::io_context& context, nanoseconds start)
    : core_(std::make_shared<core>(context.get_executor(), &context, *this, start)) {}

asio_loop::asio_loop(const asio::any_io_executor& where, nanoseconds start)
    : core_(std::make_shared<core>(where, nullptr, *this, start)) {}

asio_loop::asio_loop(nanoseconds start)
    : own_(std::make_unique<asio::io_context>(1)),
      core_(std::make_shared<core>(own_->get_executor(), own_.get(), *this, start)) {}

asio_loop::~asio_loop() {
  discard();
  core_->owner = nullptr;
  // Handlers that are still queued hold the core: let them go before their context does.
  if (own_)
    own_->poll();
}

nanoseconds asio_loop::now() const { return steady::now() - core_->origin; }

void asio_loop::make_ready(caf::resumable* job) {
  {
    const std::lock_guard lock{core_->mutex};
    core_->ready.push_back(job);
    if (std::exchange(core_->draining, true))
      return;
  }
  core_->post_drain();
}

timer_id asio_loop::schedule(nanoseconds due, delivery what) {
  const timer_id timer = core_->timers.schedule(due, std::move(what));
  core_->arm();
  return timer;
}

bool asio_loop::cancel(timer_id timer) { return core_->timers.cancel(timer); }

bool asio_loop::run() {
  expects(unit_ != nullptr && core_->context != nullptr);
  core_->stopped = false;
  const auto idle = asio::make_work_guard(*core_->context);
  while (!core_->stopped)
    core_->context->run_one();
  return true;
}

void asio_loop::stop() { core_->stopped = true; }

void asio_loop::watch(std::function<bool()> raised, std::function<void()> react) {
  core_->raised = std::move(raised);
  core_->react = std::move(react);
  core_->look_at_flag();
}

void asio_loop::forget_timers() {
  core_->timers.clear();
  core_->alarm.cancel();
  core_->flag_alarm.cancel();
  core_->raised = nullptr;
}

void asio_loop::drain() {
  forget_timers();
  while (caf::resumable* job = core_->next_job())
    resume(job);
}

void asio_loop::discard() {
  forget_timers();
  std::deque<caf::resumable*> jobs;
  {
    const std::lock_guard lock{core_->mutex};
    jobs.swap(core_->ready);
  }
  for (caf::resumable* job : jobs)
    caf::intrusive_ptr_release(job);
}

std::int64_t asio_loop::handled() const { return core_->handled; }

}  // namespace echelon::runtime
