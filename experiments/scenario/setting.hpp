#pragma once

#include <string_view>

#include "algorithms/base/result.hpp"
#include "algorithms/base/value.hpp"

namespace echelon::experiments {

/// Writes one value into a tree of settings. `path` names it from the root, list elements by
/// number: "coding.stragglers", "delays.workers.3.link_s" or "delays.workers[3].link_s". Tables on
/// the way are made. Errors: an empty name, a way through something that is neither table nor list,
/// a number beyond a list.
result<void> set_value(value& settings, std::string_view path, value added);

/// Adds entries to a list of tables, such as [[faults]]; made where it is not there. No entries
/// change nothing.
void append_entries(value& settings, const std::string& list, const value_list& more);

/// Applies one `--set` argument, "key.path=value". The value is TOML; a bare word is taken as text.
result<void> apply_setting(value& settings, std::string_view assignment);

}  // namespace echelon::experiments
