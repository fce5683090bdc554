#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>

// GCC calls a function at every branch, where libFuzzer expects counters of its own compiler: this
// counts for it. Clang 14 cannot compile the rest, since std::expected needs a later one.

extern "C" void __sanitizer_cov_8bit_counters_init(std::uint8_t* start, std::uint8_t* stop);

namespace {

constexpr std::size_t counters_count = 1 << 16;
std::uint8_t counters[counters_count];
bool reached[counters_count];  // in any run: libFuzzer clears the counters after each

[[gnu::constructor]] void announce() {
  __sanitizer_cov_8bit_counters_init(counters, counters + counters_count);
}

[[gnu::destructor]] void tell() {
  std::fprintf(stderr, "stat::branches_reached: %td\n",
               std::count(reached, reached + counters_count, true));
}

}  // namespace

// libFuzzer has an empty function for GCC's call: the linker puts this one in its place.
extern "C" void __wrap___sanitizer_cov_trace_pc() {
  const auto place = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  const std::size_t counter = (place ^ place >> 16) % counters_count;
  ++counters[counter];
  reached[counter] = true;
}

// Comparisons of fractions are not used to guide it.
extern "C" void __sanitizer_cov_trace_cmpf(float, float) {}
extern "C" void __sanitizer_cov_trace_cmpd(double, double) {}
