#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "algorithms/base/value.hpp"

namespace echelon::experiments {

/// A setting as JSON; numbers that are not finite become null when written.
nlohmann::ordered_json to_json(const value& converted);

/// One line, or indented by `indent` where it is not negative. Bytes that are no UTF-8 are
/// replaced.
std::string json_text(const nlohmann::ordered_json& written, int indent = -1);

}  // namespace echelon::experiments
