#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Of every codec for the indices of sparse messages: millions of indices a second, bits an index,
/// and beside them, in the same minute, how many a second memcpy would move there and back. Of
/// whole messages of 1 % of ten million floats: coordinates written, checked and added a second.
nlohmann::json measure_compression();

}  // namespace echelon::bench
