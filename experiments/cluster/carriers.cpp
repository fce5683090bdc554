#include "experiments/cluster/carriers.hpp"

#include <chrono>
#include <set>

#include "net/authority/key_folder.hpp"
#include "net/transports/tcp.hpp"
#include "net/transports/tls.hpp"

namespace echelon::experiments {
namespace {

/// A transport that is made already, as often as somebody asks for one: once.
carrier_maker handing_out(std::unique_ptr<net::transport> made) {
  auto shared = std::make_shared<std::unique_ptr<net::transport>>(std::move(made));
  return [shared](const asio::any_io_executor&) { return std::move(*shared); };
}

}  // namespace

result<carrier> tcp_carrier(const std::string& keys, const std::string& name, bool public_plain) {
  if (keys.empty())
    return carrier{handing_out(std::make_unique<net::tcp>(
        net::tcp_settings{.public_plain = public_plain, .dial_from = {}}))};
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ECHELON_TRY(net::tls_identity identity, net::load_identity(keys, name, now));
  const std::set<std::string> listed(identity.nodes.begin(), identity.nodes.end());
  const auto admits = [listed](const std::string& peer) { return listed.contains(peer); };
  ECHELON_TRY(auto made,
              net::tls::make({.identity = std::move(identity), .admits = admits, .dial_from = {}}));
  return carrier{handing_out(std::move(made)), admits};
}

}  // namespace echelon::experiments
