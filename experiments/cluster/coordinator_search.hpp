#pragma once

#include <functional>
#include <memory>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include "experiments/cluster/node_process.hpp"
#include "net/clock.hpp"
#include "net/hub.hpp"

namespace echelon::experiments {

/// Where a node looks for its coordinator: at each of its addresses in turn, beginning with the one
/// where it was last.
class coordinator_search {
public:
  /// What they refer to must outlive it.
  coordinator_search(net::hub& by, net::clock& time, const node_settings& settings)
      : hub_(by), clock_(time), settings_(settings) {}

  /// Looks for as long as the node has patience. Errors: those of net::hub::connect at the last
  /// address; interrupted.
  asio::awaitable<result<std::shared_ptr<net::link>>> find();

  /// Calls `gone` when its process has ended, until it is watched over another link: a link alone
  /// waits for its peer timeout, but who has somewhere else to go need not.
  void watch(asio::io_context& io, const std::shared_ptr<net::link>& over,
             std::function<void()> gone);
  /// It is not where it was.
  void move_on() { ++turn_; }

private:
  asio::awaitable<result<std::shared_ptr<net::link>>> knock();
  const std::string& address() const { return settings_.join[turn_ % settings_.join.size()]; }
  bool has_choice() const { return settings_.join.size() > 1; }

  net::hub& hub_;
  net::clock& clock_;
  const node_settings& settings_;
  std::size_t turn_ = 0;
  std::uint64_t watched_ = 0;  ///< links, counted
};

}  // namespace echelon::experiments
