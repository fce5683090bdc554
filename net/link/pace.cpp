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
constexpr nanoseconds chunk_span = 4ms;
constexpr nanoseconds probe_every = 10s;
constexpr int period_round_trips = 8;
constexpr nanoseconds period_least = 100ms;

}  // namespace

std::size_t pace::chunk_bytes() const {
  const double wanted = std::min(best_rate() * to_seconds(chunk_span).count(),
                                 static_cast<double>(std::min(chunk_bytes_max, admitted() / 2)));
  const auto pages = static_cast<std::size_t>(wanted) / chunk_bytes_min;
  return std::max<std::size_t>(pages, 1) * chunk_bytes_min;
}

/// The window, or what is left of it while the shortest round trip is looked for.
std::size_t pace::admitted() const {
  if (!probing_)
    return window_;
  const double filled = shortest_ == nanoseconds::max()
                            ? 0.0
                            : best_rate() * to_seconds(shortest_).count();
  return std::min(window_, static_cast<std::size_t>(0.75 * filled));
}

bool pace::admits(std::uint64_t under_way, std::size_t size) const {
  return under_way == 0 || under_way + size <= admitted();
}

void pace::begin_flight(nanoseconds now) {
  delivered_at_ = now;
  window_ = std::max(window_, first_flight_bytes);
}

void pace::asked(std::uint64_t end, std::uint64_t under_way_before, nanoseconds now) {
  const bool calm = probing_ && (under_way_before == 0 || under_way_before < admitted());
  const std::uint64_t under_way = under_way_before + chunk_bytes();
  const bool full = !probing_ && under_way + chunk_bytes() > window_;
  open_.push_back({end, now, delivered_, delivered_at_, calm, full});
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
  if (probing_ && answered.calm) {
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
    period_ends_ = now + period_round_trips * shortest_ + period_least;
  }
  rate_now_ = std::max(rate_now_, rate);
  double wanted = best_rate() * to_seconds(shortest_ + queue_target).count();
  if (trip < shortest_ + queue_none) {
    const bool grows = answered.full && answered.asked_at > grown_at_;
    wanted = std::max(wanted, (grows ? 1.5 : 1.0) * static_cast<double>(window_));
    if (grows)
      grown_at_ = now;
  }
  window_ = static_cast<std::size_t>(
      std::clamp(wanted, static_cast<double>(window_bytes_min), static_cast<double>(credit_bytes)));
}

void pace::restart() { *this = pace{}; }

}  // namespace echelon::net
