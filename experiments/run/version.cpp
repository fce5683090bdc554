#include "experiments/run/version.hpp"

// commit() is written by tools/cmake/EchelonCommit.cmake on every build.
namespace echelon::experiments {

std::string_view version() { return ECHELON_VERSION; }

}  // namespace echelon::experiments
