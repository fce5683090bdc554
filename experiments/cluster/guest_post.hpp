#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/remote/gateway.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "experiments/cluster/carriers.hpp"
#include "net/hub.hpp"
#include "net/real_clock.hpp"

namespace echelon::experiments {

/// From where a process that is not the coordinator talks to others: actors on a loop, a hub over
/// its carrier, and the gateway between the two. Control thread only.
struct guest_post {
  /// `log` is told of refusals and cuts by the hub.
  guest_post(const carrier& by, const std::string& name,
             std::function<void(const std::string& what)> log, remote::gateway_settings settings);
  ~guest_post();
  guest_post(const guest_post&) = delete;
  guest_post& operator=(const guest_post&) = delete;

  /// Tells everybody; before the loop stops.
  asio::awaitable<void> close();
  /// Ends what is published and what still waits, while those it refers to are there.
  void end();

  asio::io_context io{1};
  net::real_clock clock;
  runtime::asio_loop loop{io, nanoseconds{0}};
  std::unique_ptr<caf::actor_system_config> config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<net::transport> carrier;
  net::hub hub;
  std::optional<remote::gateway> gateway;
};

}  // namespace echelon::experiments
