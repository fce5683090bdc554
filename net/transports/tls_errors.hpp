#pragma once

#include <string>
#include <string_view>

struct ssl_st;

namespace echelon::net {

/// One sentence on why OpenSSL gave up, from its error queue, which it empties. `first_bytes` are
/// those the peer began with.
std::string tls_failure(const ssl_st* ssl, std::string_view first_bytes);

}  // namespace echelon::net
