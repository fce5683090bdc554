#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Links over loopback TCP beside plain Asio coroutines, two processes, in interleaved repetitions:
/// 16 MB and 256 MB values in MB/s, and the round trip of a small message in microseconds. Medians,
/// and the median of each repetition's ratio.
nlohmann::json measure_net();

/// One value of so many MB over a link, in shared memory at both ends: MB/s, and by how much the
/// private memory of each process grew at most meanwhile, in MB.
nlohmann::json measure_large_value(std::size_t megabytes);

}  // namespace echelon::bench
