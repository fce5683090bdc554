#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Streams of net/ over this machine's loopback, an end a thread, in MB/s: plain TCP and TLS, and
/// beside them OpenSSL's record layer in memory, all in turns within one run. The ratio compares
/// TLS with 1/(1/record layer + 1/plain) of the same turn, where the slower of sealing and opening
/// counts, since the ends work side by side. In processor time of both ends, which other programs
/// on the machine disturb less, plain and both halves of the record layer add up.
nlohmann::json measure_tls();

}  // namespace echelon::bench
