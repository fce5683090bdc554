#pragma once

#include <string_view>

namespace echelon::experiments {

/// The style sheet and the script of every page; no address, font or picture from elsewhere.
extern const std::string_view report_style;
extern const std::string_view report_script;

}  // namespace echelon::experiments
