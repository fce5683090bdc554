#pragma once

#include <asio/any_io_executor.hpp>

#include "net/transport.hpp"

namespace echelon::net {

struct tcp_settings {
  /// Whether plain TCP may listen where other machines reach it. Anybody there can then read and
  /// write what the nodes say.
  bool public_plain = false;
  std::string dial_from;  ///< the IP number to dial from; empty: the system's choice
};

/// Plain TCP, IPv4 and IPv6: addresses are "host:port" and "[::1]:port", and port 0 lets the system
/// choose where one listens. Coroutines run on the executor of whoever awaits them.
class tcp final : public transport {
public:
  explicit tcp(tcp_settings settings = {});

  std::string_view name() const override { return "tcp"; }
  asio::awaitable<result<std::unique_ptr<listener>>> listen(std::string where) override;
  asio::awaitable<result<std::unique_ptr<stream>>> dial(std::string where) override;

private:
  tcp_settings settings_;
};

}  // namespace echelon::net
