#pragma once

#include <functional>

#include "net/transport.hpp"
#include "net/transports/tls_session.hpp"

namespace echelon::net {

struct tls_settings {
  tls_identity identity;
  /// Whom to speak with, among those the authority has signed; empty: all of them.
  std::function<bool(const std::string& name)> admits;
  std::string dial_from;  ///< the IP number to dial from; empty: the system's choice
};

/// TLS 1.3 over TCP, with addresses as `tcp` has them. Both sides show a certificate of the same
/// private authority, and `proven_name` is the one in it. `open` returns once each has accepted the
/// other: the listener then says so with one byte. A stream that ends without a goodbye was cut,
/// which is an error like any other.
///
/// What a stranger costs before it is let in: a handshake's memory, about 60 KB.
class tls final : public transport {
public:
  /// Errors: bad_input for keys that cannot be used.
  static result<std::unique_ptr<tls>> make(tls_settings settings);

  std::string_view name() const override { return "tls"; }
  asio::awaitable<result<std::unique_ptr<listener>>> listen(std::string where) override;
  asio::awaitable<result<std::unique_ptr<stream>>> dial(std::string where) override;

private:
  struct shared;
  explicit tls(std::shared_ptr<const shared> own) : shared_{std::move(own)} {}
  friend class tls_stream;
  friend class tls_listener;

  std::shared_ptr<const shared> shared_;
};

}  // namespace echelon::net
