#pragma once

#include <boost/test/unit_test.hpp>

#include "net/authority/certificates.hpp"

// Keys for tests, made on the spot.
namespace echelon::tests {

inline std::chrono::sys_seconds today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

inline net::validity around_now() {
  return {today() - std::chrono::hours{1}, today() + std::chrono::hours{24}};
}

inline net::validity long_ago() {
  return {today() - std::chrono::hours{48}, today() - std::chrono::hours{24}};
}

/// An authority and whom it believes in.
struct cluster_keys {
  net::key_pair authority = net::make_authority("tests", around_now());

  net::key_pair pair(const std::string& name, net::validity valid = around_now()) const {
    return net::issue(authority, name, valid).value();
  }
  net::tls_identity identity(const std::string& name) const {
    return {name, pair(name), authority.certificate, {name}};
  }
};

}  // namespace echelon::tests
