#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "algorithms/compression/payload_format.hpp"
#include "experiments/testkit/laws.hpp"

namespace echelon::testkit {
namespace {

using namespace compression;

constexpr index length = 240;

struct sample {
  std::string name;
  std::vector<float> values;
};

std::vector<sample> samples() {
  random_stream random{7, "testkit.compressor"};
  std::vector<float> normal(slot(length)), spread(slot(length));
  for (std::size_t i = 0; i < normal.size(); ++i) {
    normal[i] = static_cast<float>(random.normal());
    spread[i] = normal[i] * std::pow(10.0F, static_cast<float>(i % 9));
  }
  std::vector<float> one(slot(length));
  one[slot(length / 2)] = -3;
  return {{"normal numbers", normal},
          {"numbers of nine magnitudes", spread},
          {"zeros", std::vector<float>(slot(length))},
          {"equal numbers", std::vector<float>(slot(length), 2.5F)},
          {"a single number", one}};
}

double squares(std::span<const float> values) {
  double sum = 0;
  for (const float value : values)
    sum += double{value} * double{value};
  return sum;
}

struct message {
  packed_vector packed;
  std::vector<float> decoded, left;
};

/// Errors: the compressor's, or that its bytes cannot be read.
result<message> pack(const compressor& with, std::vector<float> vector, const effort& wanted,
                     std::uint64_t seed) {
  random_stream draws{seed, "testkit.draws"};
  warm_start warm;
  const segment whole{.size = length, .rows = length, .columns = 1};
  ECHELON_TRY(packed_vector packed, with.compress(vector, {&whole, 1}, wanted, draws, warm));
  std::vector<float> decoded(slot(length));
  ECHELON_CHECK(payload_format().check(packed.bytes.bytes(), length));
  payload_format().add(packed.bytes.bytes(), 1, decoded);
  return message{std::move(packed), std::move(decoded), std::move(vector)};
}

void check_message(const compressor& with, const sample& of, const effort& wanted,
                   broken_laws& found) {
  const auto here = [&] {
    return fmt::format("{}, {} coordinates, threshold {}", of.name, wanted.coordinates,
                       wanted.threshold);
  };
  const auto made = pack(with, of.values, wanted, 1);
  if (!found.require(made.has_value(), "finite vectors are compressed, and can be read",
                     [&] { return here() + ": " + made.error().detail; }))
    return;
  const double size = std::sqrt(squares(of.values));
  double off = 0;
  for (std::size_t i = 0; i < of.values.size(); ++i)
    off = std::max(
        off, std::abs(double{made->decoded[i]} + double{made->left[i]} - double{of.values[i]}));
  found.require(off <= 1e-5 * size, "what is decoded and what is left add up to the vector",
                [&] { return fmt::format("{}: {:.3g} away", here(), off); });
  found.require(made->packed.payload_bits <= 8 * std::ssize(made->packed.bytes.bytes()),
                "no more bits are counted than bytes are sent", here);
  if (with.kind() == compressor_kind::relative) {
    found.require(made->packed.coordinates <= wanted.coordinates,
                  "no more coordinates are sent than were asked for", here);
    if (with.drains() && !with.unbiased())
      found.require(squares(made->left) <= squares(of.values) * (1 + 1e-5),
                    "no more is left out than there was", here);
  }
  const auto again = pack(with, of.values, wanted, 1);
  found.require(again &&
                    std::ranges::equal(again->packed.bytes.bytes(), made->packed.bytes.bytes()),
                "the same draws give the same bytes", here);
}

}  // namespace

broken_laws laws_of_compressor(const compressor_catalogue& known, std::string_view name,
                               const value_table& settings) {
  broken_laws found;
  const auto made = known.make(name, settings, "compression", packing{});
  if (!found.require(made.has_value(), "it can be made", [&] { return made.error().detail; }))
    return found;
  for (const sample& one : samples())
    for (const effort& wanted : {effort{}, effort{.coordinates = 1, .threshold = 1e9},
                                 effort{.coordinates = length / 10, .threshold = 0.5},
                                 effort{.coordinates = length, .threshold = 0}})
      check_message(**made, one, wanted, found);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> vector = samples().front().values;
    vector[slot(length / 3)] = bad;
    found.require(!pack(**made, vector, {.coordinates = length, .threshold = 0.5}, 1),
                  "what is not finite is refused", [&] { return fmt::format("{}", bad); });
  }
  return found;
}

}  // namespace echelon::testkit
