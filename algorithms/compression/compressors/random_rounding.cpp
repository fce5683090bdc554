#include "algorithms/compression/compressors/random_rounding.hpp"

#include <cmath>
#include <limits>

#include "algorithms/compression/payloads/level_payload.hpp"

namespace echelon::compression {
namespace {

/// The least float that is not below the scale, so that no value exceeds it.
float rounded_up(double scale) {
  const auto near = static_cast<float>(scale);
  return near < scale ? std::nextafter(near, std::numeric_limits<float>::infinity()) : near;
}

}  // namespace

result<void> random_rounding::round(std::span<const float> values, double scale,
                                    random_stream& draws) {
  if (scale > std::numeric_limits<float>::max())
    return fail(errc::bad_input, "a scale of {} does not fit a float", scale);
  const float stored = rounded_up(scale);
  scales_.push_back(stored);
  for (const float value : values) {
    if (value == 0) {
      symbols_.push_back(0);
      continue;
    }
    const double exact = std::abs(double{value}) / stored * static_cast<double>(levels_);
    const auto symbol = static_cast<index>(exact + draws.uniform());
    const auto level = static_cast<std::int16_t>(std::min(symbol, levels_));
    symbols_.push_back(value < 0 ? static_cast<std::int16_t>(-level) : level);
  }
  return {};
}

void random_rounding::write(message& to, std::span<float> part) const {
  const auto bits = 32 * std::ssize(scales_) + level_bits(levels_, std::ssize(part));
  to.add(payload_id::levels, part, bits, [&](std::vector<std::byte>& body) {
    append_levels(body, {levels_, bucket_, scales_, symbols_});
  });
}

}  // namespace echelon::compression
