#pragma once

#include <chrono>
#include <ctime>

namespace echelon::bench {

/// Wall and processor seconds since the start: they differ on a busy machine.
class stopwatch {
public:
  struct elapsed {
    double wall_s, cpu_s;
  };

  elapsed lap() const { return {wall() - wall_start_, cpu() - cpu_start_}; }

private:
  static double wall() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static double cpu() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

  double wall_start_ = wall();
  double cpu_start_ = cpu();
};

}  // namespace echelon::bench
