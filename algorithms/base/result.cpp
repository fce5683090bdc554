#include "algorithms/base/result.hpp"

namespace echelon {

std::string_view to_string(errc code) {
  switch (code) {
    case errc::bad_input: return "bad input";
    case errc::not_found: return "not found";
    case errc::not_supported: return "not supported";
    case errc::too_many_stragglers: return "too many stragglers";
    case errc::diverged: return "diverged";
    case errc::cannot_write: return "cannot write";
    case errc::interrupted: return "interrupted";
    case errc::timed_out: return "timed out";
    case errc::unreachable: return "unreachable";
  }
  return "unknown";
}

}  // namespace echelon
