#pragma once

#include <memory>
#include <string>

#include <asio/io_context.hpp>

#include "actors/host.hpp"
#include "actors/peers/peer.hpp"
#include "actors/remote/gateway.hpp"
#include "actors/runtime/asio_loop.hpp"

namespace echelon::experiments {

/// Where a run's monitor is to be found.
inline constexpr std::string_view books_name = "books";

/// Where the monitor tells a peer of its graph.
std::string graph_name(std::int32_t peer);

/// A peer in a process of its own. It is published as long as this lives.
class peer_seat {
public:
  peer_seat(asio::io_context& io, remote::gateway& gateway, actors::training_setup_ptr setup,
            std::int32_t number, const std::string& monitor, int threads,
            runtime::crash_handler on_crash);
  ~peer_seat();
  peer_seat(const peer_seat&) = delete;
  peer_seat& operator=(const peer_seat&) = delete;

  std::int32_t number() const { return number_; }
  /// A neighbour is to be reached at a process.
  void meet(std::int32_t neighbour, const std::string& process);
  /// It is gone.
  void part(std::int32_t neighbour);
  /// `joins`: the others are under way.
  void begin(bool joins);

private:
  remote::gateway& gateway_;
  std::int32_t number_;
  runtime::asio_loop loop_;
  actors::host host_;
  actors::peer_surroundings around_;
  actors::neighbour_book
      neighbours_ = std::make_shared<std::map<index, actors::neighbour_handle>>();
  actors::peer_handle actor_;
  bool begun_ = false;
};

/// "peer/3: 800 samples; seed 7".
std::string describe(std::int32_t peer, const actors::training_setup& setup);

}  // namespace echelon::experiments
