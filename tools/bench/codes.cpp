#include "tools/bench/codes.hpp"

#include <numeric>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using coding::gradient_code;

constexpr coding::code_shape sizes[]{{12, 12, 2}, {40, 40, 3}, {400, 400, 9}};
constexpr index message_floats = 1'000'000;
/// Messages of one size that fit into memory comfortably.
constexpr index senders_max = 12;

/// The first answers, in a drawn order, that can be decoded; ascending.
std::vector<index> first_decodable(const gradient_code& code, random_stream& random) {
  std::vector<index> arrived;
  const auto round = code.open({});
  for (const index sender : permutation(random, code.shape().senders)) {
    arrived.push_back(sender);
    round->answered(sender, 0, 0);
    if (round->decodable())
      break;
  }
  std::ranges::sort(arrived);
  return arrived;
}

double decode_us(const gradient_code& code) {
  constexpr int patterns = 200;
  random_stream random{1, "bench"};
  std::vector<std::vector<index>> answers;
  for (int pattern = 0; pattern < patterns; ++pattern)
    answers.push_back(first_decodable(code, random));
  const stopwatch watch;
  for (const auto& arrived : answers)
    expects(decode(code, arrived).has_value());
  return 1e6 * watch.lap().cpu_s / patterns;
}

block message_of_ones() {
  block_builder values{message_floats, precision::single};
  for (float& value : values.as<float>())
    value = 1;
  return block::freeze(std::move(values));
}

double gigabytes(index messages) { return 4e-9 * static_cast<double>(messages * message_floats); }

/// Reading speed of the messages that `combine_gb_per_s` combines.
double read_gb_per_s(std::span<const block> messages) {
  float sums[16] = {};
  const stopwatch watch;
  for (const block& message : messages) {
    const auto values = message.as<float>();
    for (std::size_t i = 0; i + 16 <= values.size(); i += 16)
      for (std::size_t lane = 0; lane < 16; ++lane)
        sums[lane] += values[i + lane];
  }
  const double seconds_used = watch.lap().cpu_s;
  expects(std::accumulate(std::begin(sums), std::end(sums), 0.0F) > 0);
  return gigabytes(std::ssize(messages)) / seconds_used;
}

double combine_gb_per_s(const coding::gradient_code_ptr& code, std::span<const block> messages) {
  coding::round_collector collector{code, message_floats, precision::single};
  random_stream random{1, "bench"};
  for (const index sender : first_decodable(*code, random))
    collector.add({sender}, {messages[static_cast<std::size_t>(sender)], 1, 1});
  const stopwatch watch;
  const auto decoded = collector.decode();
  const double seconds_used = watch.lap().cpu_s;
  expects(decoded.has_value());
  return gigabytes(std::ssize(decoded->senders)) / seconds_used;
}

nlohmann::json measure(const std::string& name, const coding::code_shape& shape,
                       std::span<const block> messages) {
  coding::code_shape fitting = shape;
  if (name == "uncoded")
    fitting.stragglers = 0;
  const auto code = coding::codes().make(name, value_table{}, "coding", fitting);
  if (!code)
    return {{"refused", code.error().detail}};
  if (dynamic_cast<const coding::fixed_code*>(code->get()) == nullptr)
    return {{"load_parts", coding::load_parts(**code)}};  // decodes depend on what a round saw
  nlohmann::json report = {{"decode_us", decode_us(**code)},
                           {"load_parts", coding::load_parts(**code)}};
  if (shape.senders <= senders_max)
    report["combine_gb_per_s"] = combine_gb_per_s(*code, messages);
  return report;
}

}  // namespace

nlohmann::json measure_codes() {
  std::vector<block> messages;
  for (index sender = 0; sender < senders_max; ++sender)
    messages.push_back(message_of_ones());
  nlohmann::json report = {{"plain_read_gb_per_s", read_gb_per_s(messages)}};
  for (const std::string& name : coding::codes().names())
    for (const auto& shape : sizes)
      report["codes"][name][fmt::format("{} workers, {} stragglers", shape.senders,
                                        shape.stragglers)] = measure(name, shape, messages);
  return report;
}

}  // namespace echelon::bench
