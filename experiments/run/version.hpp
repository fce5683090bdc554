#pragma once

#include <string_view>

namespace echelon::experiments {

/// "0.1.0".
std::string_view version();

/// The commit this was built from, "-dirty" where the tree had changes, "unknown" outside a
/// repository.
std::string_view commit();

}  // namespace echelon::experiments
