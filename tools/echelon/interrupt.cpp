#include "tools/echelon/interrupt.hpp"

#include <csignal>

namespace echelon {
namespace {

volatile std::sig_atomic_t requested = 0;

extern "C" void request_interrupt(int signal) {
  requested = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, request_interrupt);
  std::signal(SIGTERM, request_interrupt);
}

bool interrupt_requested() { return requested != 0; }

}  // namespace echelon
