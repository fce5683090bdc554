#include "tools/bench/selection.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/packer.hpp"
#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/selection/selection.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using namespace compression;

constexpr index length = 10'000'000;
constexpr index wanted = length / 100;
constexpr int rounds = 9;

using vector = std::vector<float>;

float normal(random_stream& random) { return static_cast<float>(random.normal()); }

vector drawn(const std::function<float(random_stream&)>& draw) {
  random_stream random{1, "bench.selection"};
  vector values(slot(length));
  for (float& value : values)
    value = draw(random);
  return values;
}

/// What error feedback leaves and adds to: three rounds of it.
vector after_feedback() {
  vector values = drawn(normal);
  const vector fresh = values;
  for (int round = 0; round < 3; ++round) {
    const auto sent = select_largest(values, wanted).value();
    for (const std::uint32_t i : sent.indices)
      values[i] = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] += fresh[(i * 7 + 13 * slot(round)) % fresh.size()];
  }
  return values;
}

vector input_named(std::string_view name) {
  if (name == "equal")
    return drawn([](random_stream&) { return 1.5F; });
  if (name == "sparse")
    return drawn(
        [](random_stream& random) { return random.bernoulli(0.999) ? 0.0F : normal(random); });
  if (name == "denormal")
    return drawn([](random_stream& random) { return normal(random) * 1e-40F; });
  return name == "memory" ? after_feedback() : drawn(normal);
}

template <class Action>
void time(double& best, const Action& action) {
  const stopwatch watch;
  action();
  best = std::min(best, watch.lap().cpu_s);
}

/// Reads everything, four words at a time so that no sum waits for another.
std::uint64_t plain_read(const vector& values) {
  std::uint64_t sums[4]{};
  for (std::size_t i = 0; i + 8 <= values.size(); i += 8) {
    std::uint64_t words[4];
    std::memcpy(words, values.data() + i, sizeof words);
    for (std::size_t k = 0; k < 4; ++k)
      sums[k] += words[k];
  }
  return sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
}

/// What about 1 % reach; nothing where far more do, since then the choice itself is what takes
/// time.
float threshold_of(const vector& values, const selection& largest) {
  float least = std::abs(largest.values.front());
  for (const float value : largest.values)
    least = std::min(least, std::abs(value));
  const auto reach = std::ranges::count_if(
      values, [least](float value) { return std::abs(value) >= least; });
  return reach > 2 * wanted ? 2 * least : least;
}

nlohmann::json measure_input(std::string_view name) {
  const vector values = input_named(name);
  const auto largest = select_largest(values, wanted).value();
  const float threshold = threshold_of(values, largest);
  double top_k_s = 1e9, threshold_s = 1e9, burst_s = 1e9, read_s = 1e9;
  std::uint64_t sum = 0;
  for (int round = 0; round < rounds; ++round) {
    time(top_k_s, [&] { expects(select_largest(values, wanted).has_value()); });
    time(threshold_s, [&] { expects(select_above(values, threshold).has_value()); });
    time(burst_s, [&] { expects(select_above(values, 0, wanted).has_value()); });
    time(read_s, [&] { sum += plain_read(values); });
  }
  return {{"top_k_s", top_k_s},
          {"threshold_s", threshold_s},
          {"capped_burst_s", burst_s},
          {"read_s", read_s},
          {"threshold_share_of_read", read_s / threshold_s},
          {"read_checksum", sum},
          {"chosen", largest.size()}};
}

/// A gradient of one large matrix, with feedback where the compressor takes it.
nlohmann::json measure_compressor(const std::string& name, const vector& gradient) {
  const auto with = compressors().make(name, value{}, "compression", packing{}).value();
  const auto feedback = feedbacks().make(with->drains() ? "ef14" : "none", value{}, "compression");
  const std::vector<segment> segments{{.size = length, .rows = 2500, .columns = length / 2500}};
  const packer packs = packer::make(with, *feedback, segments).value();
  const effort asked{.coordinates = wanted, .threshold = 2.6};
  random_stream draws{2, "bench.compressors"};
  packed_message last;
  sender_memory spare;
  vector sum(slot(length));
  double pack_s = 1e9, receive_s = 1e9;
  for (int round = 0; round < 4; ++round) {
    packed_message made;
    time(pack_s,
         [&] { made = packs.pack(gradient, last.next, asked, draws, std::move(spare)).value(); });
    spare = std::move(last.next);
    last = std::move(made);
    time(receive_s, [&] {
      expects(payload_format().check(last.sent.bytes.bytes(), length).has_value());
      payload_format().add(last.sent.bytes.bytes(), 0.1F, sum);
    });
  }
  return {{"pack_s", pack_s},
          {"receive_s", receive_s},
          {"bits_a_value", static_cast<double>(last.sent.payload_bits) / length}};
}

}  // namespace

nlohmann::json measure_selection() {
  nlohmann::json report{{"scan", fastest_scan().name}, {"length", length}, {"count", wanted}};
  for (const char* const name : {"normal", "equal", "sparse", "denormal", "memory"})
    report["inputs"][name] = measure_input(name);
  return report;
}

nlohmann::json measure_compressors() {
  const vector gradient = drawn(normal);
  nlohmann::json report;
  for (const std::string& name : compressors().names())
    report[name] = measure_compressor(name, gradient);
  return report;
}

}  // namespace echelon::bench
