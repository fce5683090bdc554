#include "tools/bench/compression.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/compression/codecs/index_codecs.hpp"
#include "algorithms/compression/sparse_payload.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using compression::index_codec;
using compression::index_set;
using numbers = std::vector<std::uint32_t>;

struct support {
  index count, length;
};

constexpr support supports[]{{100'000, 10'000'000},   {100'000, 100'000'000},
                             {1'000'000, 10'000'000}, {1'000'000, 100'000'000},
                             {5'000'000, 10'000'000}, {10'000'000, 100'000'000}};
constexpr int rounds = 7;

/// Ascending indices, each step with the same law.
numbers drawn(const support& what) {
  random_stream random{1, "bench.codecs"};
  numbers chosen;
  index left = what.count;
  for (index i = 0; left > 0; ++i)
    if (random.uniform() * static_cast<double>(what.length - i) < static_cast<double>(left)) {
      chosen.push_back(static_cast<std::uint32_t>(i));
      --left;
    }
  return chosen;
}

struct best_times {
  double encode_s = 1e9, decode_s = 1e9, copy_s = 1e9;
};

template <class Action>
void time(double& best, const Action& action) {
  const stopwatch watch;
  action();
  best = std::min(best, watch.lap().cpu_s);
}

/// Everything once in turn, and again, so that a busy moment hits all alike.
void run_round(const index_set& what, numbers& out, std::vector<std::byte>& bytes,
               const index_codec& codec, best_times& best) {
  bytes.clear();
  time(best.encode_s, [&] { codec.encode(what, bytes); });
  time(best.decode_s,
       [&] { expects(compression::decode_indices(codec, bytes, what.length, out).has_value()); });
  expects(std::ranges::equal(out, what.indices));
  time(best.copy_s,
       [&] { std::memcpy(out.data(), what.indices.data(), what.indices.size_bytes()); });
}

nlohmann::json measure_codecs(const support& shape) {
  const numbers indices = drawn(shape);
  const index_set what{indices, shape.length};
  const auto all = compression::index_codecs();
  std::vector<best_times> best(all.size());
  numbers out(indices.size());
  std::vector<std::byte> bytes;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < all.size(); ++i)
      run_round(what, out, bytes, *all[i].codec, best[i]);
  const double millions = 1e-6 * static_cast<double>(shape.count);
  nlohmann::json report;
  for (std::size_t i = 0; i < all.size(); ++i)
    report[std::string{all[i].codec->name()}] = {
        {"bits_an_index",
         static_cast<double>(all[i].codec->bits(what)) / static_cast<double>(shape.count)},
        {"encode_millions_per_s", millions / best[i].encode_s},
        {"decode_millions_per_s", millions / best[i].decode_s},
        {"both_millions_per_s", millions / (best[i].encode_s + best[i].decode_s)},
        {"memcpy_both_millions_per_s", millions / (2 * best[i].copy_s)}};
  return report;
}

struct message_times {
  double write_s = 1e9, check_s = 1e9, add_s = 1e9;
};

/// A whole sparse segment: its values too, and the sum that they are added to.
nlohmann::json measure_messages(const support& shape, compression::wire_format format) {
  const numbers indices = drawn(shape);
  const std::vector<float> values(indices.size(), 0.1F);
  std::vector<float> received(indices.size());
  std::vector<float> sum(slot(shape.length));
  std::vector<std::byte> segment;
  const double millions = 1e-6 * static_cast<double>(shape.count);
  nlohmann::json report;
  for (const char* codec : {"elias-fano", "auto"}) {
    message_times best;
    for (int round = 0; round < rounds; ++round) {
      segment.clear();
      time(best.write_s, [&] {
        compression::append_sparse(segment, {indices, values, shape.length}, format, codec,
                                   received);
      });
      time(best.check_s,
           [&] { expects(compression::check_sparse(segment, shape.length).has_value()); });
      time(best.add_s, [&] { compression::add_sparse(segment, 1.0F, sum); });
    }
    report[codec] = {{"write_millions_per_s", millions / best.write_s},
                     {"check_millions_per_s", millions / best.check_s},
                     {"add_millions_per_s", millions / best.add_s}};
  }
  return report;
}

}  // namespace

nlohmann::json measure_compression() {
  using compression::wire_format;
  nlohmann::json report;
  for (const auto& [name, format] : {std::pair{"fp32", wire_format::full},
                                     {"fp16", wire_format::fp16},
                                     {"bf16", wire_format::bf16}})
    report["messages"][name] = measure_messages({100'000, 10'000'000}, format);
  for (const support& shape : supports)
    report["codecs"][fmt::format("{} of {}", shape.count, shape.length)] = measure_codecs(shape);
  return report;
}

}  // namespace echelon::bench
