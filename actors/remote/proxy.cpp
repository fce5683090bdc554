#include "actors/remote/proxy.hpp"

#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/make_actor.hpp>

namespace echelon::remote {

proxy::proxy(caf::actor_config& config, caf::intrusive_ptr<inbox> into, std::uint64_t session,
             std::uint32_t number)
    : actor_proxy(config), into_(std::move(into)), session_(session), number_(number) {}

caf::strong_actor_ptr proxy::make(caf::actor_system& system, caf::intrusive_ptr<inbox> into,
                                  std::uint64_t session, std::uint32_t number) {
  caf::actor_config config;
  return caf::make_actor<proxy, caf::strong_actor_ptr>(
      system.next_actor_id(), system.node(), &system, config, std::move(into), session, number);
}

proxy* proxy::from(const caf::strong_actor_ptr& handle) {
  return handle ? dynamic_cast<proxy*>(handle->get()) : nullptr;
}

void proxy::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  enqueue_until(std::move(what), nanoseconds{0});
}

void proxy::enqueue_until(caf::mailbox_element_ptr what, nanoseconds due) {
  inbox_item item{session_, caf::strong_actor_ptr{ctrl()}, std::move(what), due, false};
  if (dead_.load(std::memory_order_acquire) || !into_->push(item))
    refuse(*item.what, why_);
}

void proxy::refuse(const caf::mailbox_element& what, const caf::error& why) {
  // CAF's own bouncer would say request_receiver_down, whatever the reason.
  if (what.sender && what.mid.is_request())
    what.sender->enqueue(ctrl(), what.mid.response_id(), caf::make_message(why), nullptr);
}

void proxy::kill_proxy(caf::execution_unit* unit, caf::error reason) {
  if (dead_.load(std::memory_order_relaxed))
    return;
  why_ = reason ? reason : caf::make_error(caf::sec::request_receiver_down, "it has ended");
  dead_.store(true, std::memory_order_release);
  cleanup(std::move(reason), unit);
}

void proxy::abandon(const caf::strong_actor_ptr& sender, caf::message_id request) {
  inbox_item item{session_, caf::strong_actor_ptr{ctrl()},
                  caf::make_mailbox_element(sender, request, {}, caf::message{}), nanoseconds{0},
                  true};
  into_->push(item);
}

ear::ear(caf::actor_config& config, caf::intrusive_ptr<inbox> into, std::uint64_t session)
    : monitorable_actor(config), into_(std::move(into)), session_(session) {}

caf::strong_actor_ptr ear::make(caf::actor_system& system, caf::intrusive_ptr<inbox> into,
                                std::uint64_t session) {
  caf::actor_config config;
  return caf::make_actor<ear, caf::strong_actor_ptr>(system.next_actor_id(), system.node(), &system,
                                                     config, std::move(into), session);
}

void ear::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  inbox_item item{session_, nullptr, std::move(what), nanoseconds{0}, false};
  into_->push(item);
}

}  // namespace echelon::remote
