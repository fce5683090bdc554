#include "algorithms/compression/compressors/random_k.hpp"

#include <bit>
#include <cmath>

#include "algorithms/compression/payloads/seeded_payload.hpp"

namespace echelon::compression {
namespace {

constexpr index seed_bits = 64;

}  // namespace

std::vector<parameter> random_k::declared() {
  return {{"unbiased", value_kind::flag, value{false},
           "scale by length over count, so that the mean is the vector; not with feedback"}};
}

result<random_k> random_k::make(const parameters& given, const packing& how) {
  return random_k{how, given.flag("unbiased")};
}

result<void> random_k::pack(message& to, std::span<float> part, const task& asked) const {
  ECHELON_CHECK(check_finite(part));
  const index count = asked.wanted.coordinates;
  const auto length = static_cast<float>(part.size());
  const float scale = unbiased_ && count > 0 ? length / static_cast<float>(count) : 1.0F;
  const std::uint64_t seed = asked.draws();
  selection chosen{seeded_subset(seed, std::ssize(part), count), {}};
  for (const std::uint32_t place : chosen.indices) {
    chosen.values.push_back(scale * part[place]);
    if (!std::isfinite(chosen.values.back()))
      return fail(errc::bad_input, "{} scaled by {} does not fit a float", part[place], scale);
  }
  const auto index_bits = static_cast<index>(std::bit_width(part.size() - 1));
  if (count * index_bits > seed_bits)
    to.add_seeded(part, seed, chosen);
  else
    to.add_sparse(part, std::move(chosen));
  return {};
}

}  // namespace echelon::compression
