#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "algorithms/base/result.hpp"
#include "algorithms/base/value.hpp"

namespace echelon::experiments {

/// Reads a TOML file into a table of settings in which every value knows its file and line.
/// Errors: one sentence with FILE:LINE; files over 16 MB, and dates and times, which no key takes,
/// are refused.
result<value> read_toml(const std::filesystem::path& file);

/// The same for a text; `source` stands for the file's name.
result<value> parse_toml(std::string_view text, std::string_view source);

}  // namespace echelon::experiments
