#include "tools/echelon/command.hpp"

namespace echelon {

action check_command(CLI::App&) {
  return []() -> result<exit_status> { return fail(errc::not_supported, "check is being written"); };
}

}  // namespace echelon
