#include "net/link/pace.hpp"

#include <algorithm>
#include <chrono>

#include "net/link/frame.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t window_bytes_min = 8 * 1024;
constexpr std::size_t chunk_bytes_min = 4 * 1024;
constexpr nanoseconds queue_target = 20ms;
constexpr nanoseconds queue_none = 10ms;
constexpr nanoseconds probe_every = 10s;
constexpr int period_round_trips = 8;

}  // namespace

std::size_t pace::chunk_bytes() const {
  if (probing_)
    return chunk_bytes_min;
  return std::clamp(window_ / 4 / chunk_bytes_min * chunk_bytes_min, chunk_bytes_min,
                    chunk_bytes_max);
}

bool pace::admits(std::uint64_t under_way, std::size_t size) const {
  return under_way == 0 || (!probing_ && under_way + size <= window_);
}

void pace::asked(std::uint64_t end, std::uint64_t under_way_before, nanoseconds now) {
  const bool alone = under_way_before == 0;
  if (alone)
    delivered_at_ = now;
  open_.push_back({end, now, delivered_, delivered_at_, alone});
}

void pace::acknowledged(std::uint64_t position, std::uint64_t bytes, nanoseconds now) {
  delivered_ += bytes;
  delivered_at_ = now;
  if (open_.empty() || open_.front().end > position)
    return;
  question newest = open_.front();
  while (!open_.empty() && open_.front().end <= position) {
    newest = open_.front();
    open_.pop_front();
  }
  learn(newest, now);
}

void pace::learn(const question& answered, nanoseconds now) {
  const nanoseconds trip = std::max(now - answered.asked_at, nanoseconds{1});
  shortest_ = std::min(shortest_, trip);
  if (probing_ && answered.alone) {
    shortest_ = trip;
    probing_ = false;
    probe_due_ = now + probe_every;
  } else if (now >= probe_due_) {
    probing_ = true;
  }
  const nanoseconds span = std::max(now - answered.delivered_at, nanoseconds{1});
  const double rate = static_cast<double>(delivered_ - answered.delivered) /
                      to_seconds(span).count();
  if (now >= period_ends_) {
    rate_before_ = rate_now_;
    rate_now_ = 0;
    period_ends_ = now + period_round_trips * trip;
  }
  rate_now_ = std::max(rate_now_, rate);
  double wanted = std::max(rate_now_, rate_before_) * to_seconds(shortest_ + queue_target).count();
  if (trip < shortest_ + queue_none && answered.asked_at >= grown_at_) {
    wanted = std::max(wanted, 1.5 * static_cast<double>(window_));
    grown_at_ = now;
  } else if (trip < shortest_ + queue_none) {
    wanted = std::max(wanted, static_cast<double>(window_));
  }
  window_ = static_cast<std::size_t>(
      std::clamp(wanted, static_cast<double>(window_bytes_min), static_cast<double>(credit_bytes)));
}

void pace::restart() { *this = pace{}; }

}  // namespace echelon::net
