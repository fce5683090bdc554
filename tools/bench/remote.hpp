#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// What typed handles to other processes cost: writing and reading messages in memory; and, between
/// two processes over loopback TCP, round trips of a small request and a large value each way,
/// beside plain Asio coroutines, in turns within one run.
nlohmann::json measure_remote();

}  // namespace echelon::bench
