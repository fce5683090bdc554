#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "algorithms/base/result.hpp"

namespace echelon::net {

/// Where a process of a network is: a host's name or number, and a port.
struct address {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  bool operator==(const address&) const = default;
};

/// "host:port", "192.0.2.7:4000" or "[2001:db8::7]:4000". Errors: bad_input, showing what would be
/// right; a missing host is one, since it is not said whom ":4000" should let in.
result<address> parse_address(std::string_view text);

/// As `parse_address` reads it.
std::string to_string(const address& where);

/// The same host at a port of the system's choice; what is no host and port stays as it is, as
/// other transports know what they mean themselves.
std::string beside(const std::string& local);

}  // namespace echelon::net
