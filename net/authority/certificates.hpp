#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"

// A private certificate authority, as texts: whoever holds files reads and writes them.
namespace echelon::net {

/// A certificate and its private key, in PEM.
struct key_pair {
  std::string certificate;
  std::string key;
};

struct validity {
  std::chrono::sys_seconds from;
  std::chrono::sys_seconds until;
};

/// What a process needs to prove who it is, and to check others.
struct tls_identity {
  std::string name;
  key_pair own;
  std::string authority;           ///< the certificate that must have signed everybody's
  std::vector<std::string> nodes;  ///< the names that have been given out
};

/// Longer does not fit a certificate's common name.
inline constexpr std::size_t node_name_bytes_max = 64;

/// 1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or a digit.
result<void> check_node_name(std::string_view name);

/// A key of the curve P-256 and a certificate that it signed itself, for signing others.
key_pair make_authority(std::string_view name, validity valid);

/// A key pair for a node, to dial and to listen with. Errors: bad_input for a name that is none, or
/// an authority that is none.
result<key_pair> issue(const key_pair& authority, std::string_view node, validity valid);

/// Whether others would believe it at that moment. Errors: bad_input, saying which text is wrong
/// and why: no certificate, another key's, another name's, another authority's, expired.
result<void> check_identity(const tls_identity& identity, std::chrono::sys_seconds now);

}  // namespace echelon::net
