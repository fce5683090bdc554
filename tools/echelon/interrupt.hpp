#pragma once

namespace echelon {

/// From now on the first Ctrl-C (or SIGTERM) only asks to stop; the next one ends the process at
/// once.
void watch_interrupts();

/// True once that was asked.
bool interrupt_requested();

}  // namespace echelon
