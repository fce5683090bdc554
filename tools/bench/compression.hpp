#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Of every codec for the indices of sparse messages: millions of indices a second, bits an index,
/// and beside them, in the same minute, how many a second memcpy would move there and back.
nlohmann::json measure_compression();

}  // namespace echelon::bench
