#include "experiments/version.hpp"

#include "echelon_commit.hpp"

namespace echelon::experiments {

std::string_view version() { return ECHELON_VERSION; }

std::string_view commit() { return ECHELON_COMMIT; }

}  // namespace echelon::experiments
