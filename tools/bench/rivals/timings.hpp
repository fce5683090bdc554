#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace rivals {

/// What every rival does: sends so many tensors, each answered by one byte, then so many small
/// messages, each sent back.
struct work {
  std::size_t tensor_bytes = 0;
  int tensors = 0;
  int pings = 0;
};

constexpr std::size_t ping_bytes = 128;

/// PROGRAM TENSOR_BYTES TENSORS PINGS
inline work read_work(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: %s TENSOR_BYTES TENSORS PINGS\n", arguments[0]);
    std::exit(2);
  }
  return {std::strtoull(arguments[1], nullptr, 10), std::atoi(arguments[2]),
          std::atoi(arguments[3])};
}

/// How long each took, seen from the sender.
class timings {
public:
  void start() { start_ = std::chrono::steady_clock::now(); }
  void stop(std::vector<double>& into) const {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
    into.push_back(taken.count());
  }
  /// One JSON document: {"tensor_s": [...], "ping_s": [...]}.
  void print() const {
    std::printf("{\"tensor_s\": [");
    print(tensors);
    std::printf("], \"ping_s\": [");
    print(pings);
    std::printf("]}\n");
  }

  std::vector<double> tensors;
  std::vector<double> pings;

private:
  static void print(const std::vector<double>& all) {
    const char* separator = "";
    for (const double one : all) {
      std::printf("%s%.9f", separator, one);
      separator = ", ";
    }
  }

  std::chrono::steady_clock::time_point start_;
};

}  // namespace rivals
