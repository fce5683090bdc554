#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>

#include "net/transport.hpp"

namespace echelon::experiments {

/// Makes the transport of a process, on the executor of its loop.
using carrier_maker = std::function<std::unique_ptr<net::transport>(
    const asio::any_io_executor& where)>;

/// How processes reach each other, and whom they let in.
struct carrier {
  carrier_maker make;
  /// Whether a peer of that name may come in; empty: everybody may.
  std::function<bool(const std::string& name)> admits = {};
};

/// Plain TCP, on loopback only unless `public_plain`; or TLS with the keys of `name` in the folder
/// `keys`, where that is not empty, which lets in whom the folder lists.
/// Errors: those of net::load_identity.
result<carrier> tcp_carrier(const std::string& keys, const std::string& name, bool public_plain);

}  // namespace echelon::experiments
