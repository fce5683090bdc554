#include "tools/echelon/command.hpp"

namespace echelon {

action list_command(CLI::App&) {
  return []() -> result<exit_status> { return fail(errc::not_supported, "list is being written"); };
}

}  // namespace echelon
