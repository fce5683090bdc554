#include "actors/runtime/scheduler_module.hpp"

#include <map>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/system_messages.hpp>

#include "algorithms/base/contract.hpp"

namespace echelon::runtime {
namespace {

/// CAF's clock interface over the loop's timers.
class loop_clock final : public caf::actor_clock {
public:
  explicit loop_clock(event_loop& loop) : loop_(loop) {}

  time_point now() const noexcept override { return time_point{loop_.now()}; }

  void set_ordinary_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override {
    cancel_ordinary_timeout(self, type);
    receive_timers_[{self->id(), caf::to_string(type)}] = schedule(due, self,
                                                                   caf::timeout_msg{type, id});
  }

  void set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override {
    schedule(due, self, caf::timeout_msg{type, id});
  }

  void set_request_timeout(time_point due, caf::abstract_actor* self, caf::message_id id) override {
    loop_.note_request(self->id(), id, due.time_since_epoch());
    loop_.schedule(
        due.time_since_epoch(),
        {pointer(self),
         caf::make_mailbox_element(pointer(self), id, {}, make_error(caf::sec::request_timeout))});
  }

  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    if (const auto node = receive_timers_.extract({self->id(), caf::to_string(type)}))
      loop_.cancel(node.mapped());
  }

  /// Nothing in CAF 0.17.6 calls this: a request's timer stays until it is due and is then dropped.
  void cancel_request_timeout(caf::abstract_actor*, caf::message_id) override {}

  void cancel_timeouts(caf::abstract_actor* self) override {
    const auto begin = receive_timers_.lower_bound({self->id(), {}});
    const auto end = receive_timers_.lower_bound({self->id() + 1, {}});
    for (auto each = begin; each != end; ++each)
      loop_.cancel(each->second);
    receive_timers_.erase(begin, end);
  }

  void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override {
    loop_.schedule(due.time_since_epoch(), {std::move(receiver), std::move(content)});
  }

  void schedule_message(time_point, caf::group, caf::strong_actor_ptr, caf::message) override {
    expects(false);  // Echelon has no groups
  }

  void cancel_all() override { loop_.discard(); }

private:
  static caf::strong_actor_ptr pointer(caf::abstract_actor* self) {
    return caf::actor_cast<caf::strong_actor_ptr>(self);
  }

  timer_id schedule(time_point due, caf::abstract_actor* self, caf::timeout_msg what) {
    return loop_.schedule(due.time_since_epoch(),
                          {pointer(self), caf::make_mailbox_element(
                                              pointer(self), caf::make_message_id(), {}, what)});
  }

  event_loop& loop_;
  std::map<std::pair<caf::actor_id, std::string>, timer_id> receive_timers_;
};

/// CAF sends what nobody handles to this actor; it must stay silent about messages it does not know
/// itself.
caf::behavior silent_printer(caf::event_based_actor* self) {
  self->set_default_handler(caf::drop);
  return {[](caf::unit_t) {}};
}

class scheduler_module final : public caf::scheduler::abstract_coordinator,
                               public caf::execution_unit {
public:
  scheduler_module(caf::actor_system& system, event_loop& loop)
      : abstract_coordinator(system), execution_unit(&system), loop_(loop), clock_(loop) {
    loop_.bind(this);
  }

  void enqueue(caf::resumable* job) override { loop_.make_ready(job); }
  void exec_later(caf::resumable* job) override { loop_.make_ready(job); }
  bool detaches_utility_actors() const override { return false; }
  caf::actor_clock& clock() noexcept override { return clock_; }

  void start() override {
    utility_actors_[printer_id] = abstract_coordinator::system_.spawn<caf::hidden>(silent_printer);
  }

  void stop() override {
    utility_actors_[printer_id] = nullptr;
    loop_.discard();
  }

private:
  event_loop& loop_;
  loop_clock clock_;
};

}  // namespace

std::unique_ptr<caf::actor_system_config> make_config(event_loop& loop) {
  auto config = std::make_unique<caf::actor_system_config>();
  config->set("logger.verbosity", caf::atom("quiet"));
  config->module_factories.push_back(
      [&loop](caf::actor_system& system) -> caf::actor_system::module* {
        return new scheduler_module(system, loop);
      });
  return config;
}

}  // namespace echelon::runtime
