#pragma once

#include <atomic>
#include <string>

#include <caf/actor_proxy.hpp>
#include <caf/actor_system.hpp>
#include <caf/intrusive_ptr.hpp>

#include "actors/remote/inbox.hpp"

namespace echelon::remote {

/// Stands for an actor elsewhere: hands what it is sent to its gateway, and once dead bounces
/// requests with the reason. Monitors and links end at it.
class proxy final : public caf::actor_proxy {
public:
  proxy(caf::actor_config& config, caf::intrusive_ptr<inbox> into, std::uint64_t session,
        std::uint32_t number);

  static caf::strong_actor_ptr make(caf::actor_system& system, caf::intrusive_ptr<inbox> into,
                                    std::uint64_t session, std::uint32_t number);
  /// Null where the actor is none.
  static proxy* from(const caf::strong_actor_ptr& handle);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override;
  void kill_proxy(caf::execution_unit* unit, caf::error reason) override;
  const char* name() const override { return "remote"; }

  /// A request with its deadline, in the loop's time.
  void enqueue_until(caf::mailbox_element_ptr what, nanoseconds due);
  /// That request of that sender is no longer wanted.
  void abandon(const caf::strong_actor_ptr& sender, caf::message_id request);
  /// Answers a request with that error; nothing else has anybody to tell.
  void refuse(const caf::mailbox_element& what, const caf::error& why);

  std::uint64_t session() const { return session_; }
  std::uint32_t number() const { return number_; }

private:
  const caf::intrusive_ptr<inbox> into_;
  const std::uint64_t session_;
  const std::uint32_t number_;
  caf::error why_;  // written before dead_
  std::atomic<bool> dead_ = false;
};

/// A session's own address: hears answers, deaths and timers for it.
class ear final : public caf::monitorable_actor {
public:
  ear(caf::actor_config& config, caf::intrusive_ptr<inbox> into, std::uint64_t session);

  static caf::strong_actor_ptr make(caf::actor_system& system, caf::intrusive_ptr<inbox> into,
                                    std::uint64_t session);
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override;
  const char* name() const override { return "gateway"; }

private:
  const caf::intrusive_ptr<inbox> into_;
  const std::uint64_t session_;
};

}  // namespace echelon::remote
