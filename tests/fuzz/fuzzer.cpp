#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.hpp"

// libFuzzer's side of the targets: ECHELON_FUZZ_TARGET names the one to feed.

namespace {

using namespace echelon;

const fuzz::target& chosen() {
  const char* name = std::getenv("ECHELON_FUZZ_TARGET");
  if (const fuzz::target* found = fuzz::find_target(name == nullptr ? "" : name))
    return *found;
  std::fprintf(stderr, "ECHELON_FUZZ_TARGET must be one of:");
  for (const fuzz::target& each : fuzz::targets())
    std::fprintf(stderr, " %s", each.name.data());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::target& target = chosen();
  target.feed(std::as_bytes(std::span{data, size}));
  return 0;
}
