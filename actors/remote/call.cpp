#include "actors/remote/call.hpp"

#include <memory>
#include <optional>

#include <asio/dispatch.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <caf/actor_clock.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/sec.hpp>

#include "actors/remote/proxy.hpp"
#include "actors/remote/wire_error.hpp"

namespace echelon::remote::detail {
namespace {

/// Each waiter has one request.
constexpr std::uint64_t request_number = 1;

/// One coroutine that waits for one answer.
struct waiting {
  explicit waiting(const asio::any_io_executor& executor) : where(executor), wake(where) {}

  asio::any_io_executor where;
  std::optional<asio::steady_timer> wake;  ///< empty: nobody waits any longer
  std::optional<caf::message> came;
};

/// Whom the actor answers.
class waiter final : public caf::monitorable_actor {
public:
  waiter(caf::actor_config& config, std::shared_ptr<waiting> whom)
      : monitorable_actor(config), whom_(std::move(whom)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (what->mid.is_response())
      asio::dispatch(whom_->where,
                     [whom = whom_, came = what->move_content_to_message()]() mutable {
                       if (!whom->wake || whom->came)
                         return;
                       whom->came = std::move(came);
                       whom->wake->cancel();
                     });
  }

private:
  std::shared_ptr<waiting> whom_;
};

/// Lets go of the timer with the coroutine's frame, whoever still holds the rest.
struct last_call {
  std::shared_ptr<waiting> whom;
  ~last_call() { whom->wake.reset(); }
};

std::unexpected<error> translate(const caf::error& why) {
  const wire_error text = to_wire(why);
  const std::string detail = text.text.empty() ? to_string(why) : text.text;
  if (why == caf::sec::request_timeout)
    return fail(errc::timed_out, "{}", detail);
  if (why == caf::sec::request_receiver_down || why == caf::sec::no_route_to_receiving_node ||
      why == caf::sec::remote_lookup_failed || why.category() == caf::atom("exit"))
    return fail(errc::unreachable, "{}", detail);
  return fail(errc::bad_input, "{}", detail);
}

void put(const caf::strong_actor_ptr& actor, const caf::strong_actor_ptr& self, caf::message what,
         nanoseconds timeout) {
  auto element = caf::make_mailbox_element(self, caf::make_message_id(request_number), {},
                                           std::move(what));
  if (proxy* far = proxy::from(actor))
    far->enqueue_until(std::move(element),
                       actor->home_system->clock().now().time_since_epoch() + timeout);
  else
    actor->enqueue(std::move(element), nullptr);
}

void give_up(const caf::strong_actor_ptr& actor, const caf::strong_actor_ptr& self,
             caf::message instead) {
  if (proxy* far = proxy::from(actor))
    far->abandon(self, caf::make_message_id(request_number));
  if (!instead.empty())
    actor->enqueue(nullptr, caf::make_message_id(), std::move(instead), nullptr);
}

}  // namespace

asio::awaitable<result<caf::message>> ask(caf::strong_actor_ptr actor, caf::message what,
                                          nanoseconds timeout, caf::message if_given_up) {
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  auto whom = std::make_shared<waiting>(here);
  const last_call at_the_end{whom};
  caf::actor_system& system = *actor->home_system;
  caf::actor_config config;
  const auto self = caf::make_actor<waiter, caf::strong_actor_ptr>(
      system.next_actor_id(), system.node(), &system, config, whom);
  whom->wake->expires_after(timeout);
  put(actor, self, std::move(what), timeout);
  asio::error_code stopped;
  if (!whom->came)  // a dead actor answers from within `put`
    co_await whom->wake->async_wait(asio::redirect_error(asio::use_awaitable, stopped));
  if (!whom->came) {
    give_up(actor, self, std::move(if_given_up));
    if (stopped)
      co_return fail(errc::interrupted, "nobody waits for the answer any longer");
    co_return fail(errc::timed_out, "no answer within {:.3f} s", to_seconds(timeout).count());
  }
  if (whom->came->match_elements<caf::error>())
    co_return translate(whom->came->get_as<caf::error>(0));
  co_return std::move(*whom->came);
}

}  // namespace echelon::remote::detail
