#pragma once

namespace echelon {

[[noreturn]] void broken_contract(const char* file, int line);

/// Aborts, naming the caller's file and line, when a precondition does not hold. On in every build:
/// a false condition is a bug of ours, never something a user's input can cause.
inline void expects(bool condition, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
  if (!condition) [[unlikely]]
    broken_contract(file, line);
}

}  // namespace echelon
