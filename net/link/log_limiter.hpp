#pragma once

#include <functional>
#include <string>

#include <fmt/format.h>

#include "net/clock.hpp"

namespace echelon::net {

/// Lets a few lines a second through and counts the others: strangers must not fill a disk.
class log_limiter {
public:
  log_limiter(const clock& time, std::function<void(const std::string&)> to)
      : time_(time), to_(std::move(to)) {}

  void operator()(const std::string& what) {
    const nanoseconds now = time_.now();
    if (now >= second_ends_) {
      second_ends_ = now + std::chrono::seconds{1};
      said_ = 0;
    }
    if (++said_ > lines_a_second_max) {
      ++kept_back_;
      return;
    }
    const auto others = std::exchange(kept_back_, 0);
    if (to_)
      to_(others == 0 ? what : fmt::format("{} ({} more lines were kept back)", what, others));
  }

private:
  static constexpr int lines_a_second_max = 5;

  const clock& time_;
  std::function<void(const std::string&)> to_;
  nanoseconds second_ends_{0};
  int said_ = 0;
  int kept_back_ = 0;
};

}  // namespace echelon::net
