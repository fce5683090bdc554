#pragma once

#include <filesystem>
#include <vector>

#include "net/authority/certificates.hpp"

// The keys of a cluster as files: ca.crt, ca.key, nodes.txt (a name a line; # begins a comment),
// and NAME.crt and NAME.key for each node. Keys are for their owner alone (0600). A node needs
// ca.crt, nodes.txt and its own two; ca.key never leaves the machine that makes keys.
namespace echelon::net {

inline constexpr std::size_t nodes_max = 100'000;  ///< names in nodes.txt

/// How long keys are good for.
struct key_lifetimes {
  std::chrono::days authority{3650};
  std::chrono::days node{365};
};

/// Makes what is missing: the authority, where the folder has none, and a key pair for each name.
/// Overwrites nothing. Errors: bad_input for a name that is none or has a key pair already, before
/// anything is written; cannot_write.
result<void> add_nodes(const std::filesystem::path& folder, const std::vector<std::string>& names,
                       std::chrono::sys_seconds now, const key_lifetimes& lifetimes = {});

/// Names given out, in the order of the file. Errors: not_found; bad_input for a line that is none.
result<std::vector<std::string>> listed_nodes(const std::filesystem::path& folder);

/// The keys of one node, checked as `check_identity` does, and that nobody else may read its key.
/// Errors name the file and what would be right.
result<tls_identity> load_identity(const std::filesystem::path& folder, const std::string& name,
                                   std::chrono::sys_seconds now);

}  // namespace echelon::net
