#include "tools/bench/codes.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/encoder.hpp"
#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "algorithms/learning/data_source.hpp"
#include "algorithms/learning/model.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using coding::gradient_code;

const coding::code_shape sizes[]{{12, 12, 2}, {40, 40, 3}, {40, 40, 10}, {400, 400, 10}};
/// A decode adds up twenty messages of this shape.
const coding::code_shape combined{22, 22, 2};
constexpr index message_floats = 5'000'000;

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

/// Errors: a decode that rounding spoils, which badly conditioned codes have at large sizes.
result<double> decode_us(const gradient_code& code) {
  constexpr int patterns = 200;
  random_stream random{1, "bench"};
  std::vector<std::vector<index>> answers;
  for (int pattern = 0; pattern < patterns; ++pattern)
    answers.push_back(first_decodable(code, random));
  const stopwatch watch;
  for (const auto& arrived : answers)
    if (const auto how = decode(code, arrived); !how)
      return std::unexpected(how.error());
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

constexpr double coded[]{0.3, -0.7, 0.6};
constexpr double plain[]{1, 1, 1};

/// Summing up three parts with these coefficients, as a share of the time their gradients take: a
/// perceptron of 200 and 200 units, so many samples a part. A worker with several parts adds them
/// up in any case.
double summing_share(index samples, std::span<const double> coefficients) {
  constexpr int repetitions = 100;
  const auto source = learning::data_sources().make("glyphs", value_table{}, "data").value();
  const auto data = learning::prepare(source->load().value(), {}).value();
  const learning::model_context context{data.train->shape, data.train->classes, precision::single,
                                        learning::math_mode::native};
  const auto model = learning::models()
                         .make("mlp", value_table{{"hidden", value_list{200, 200}}}, "model",
                               context)
                         .value();
  const auto scratch = model->make_workspace();
  const block state = model->initial_state(1);
  std::vector<index> rows(static_cast<std::size_t>(samples));
  std::iota(rows.begin(), rows.end(), index{0});
  double gradient_s = 0;
  double encoding_s = 0;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    coding::encoder sum;
    for (const double coefficient : coefficients) {
      const stopwatch computing;
      block_builder values{state.size(), state.kind()};
      model->gradient(state, {data.train.get(), rows}, {1, "dropout"}, values, *scratch);
      const coding::contribution part{block::freeze(std::move(values)), 1, 32};
      gradient_s += computing.lap().cpu_s;
      const stopwatch adding;
      sum.add({0, coefficient}, part);
      encoding_s += adding.lap().cpu_s;
    }
    const stopwatch finishing;
    expects(!sum.finish().values.empty());
    encoding_s += finishing.lap().cpu_s;
  }
  return encoding_s / gradient_s;
}

nlohmann::json measure(const std::string& name, const coding::code_shape& shape) {
  coding::code_shape fitting = shape;
  auto code = coding::codes().make(name, value_table{}, "coding", fitting);
  if (!code) {
    fitting.stragglers = 0;
    code = coding::codes().make(name, value_table{}, "coding", fitting);
  }
  if (!code)
    return {{"refused", code.error().detail}};
  if (dynamic_cast<const coding::fixed_code*>(code->get()) == nullptr)
    return {{"load_parts", coding::load_parts(**code)}};  // decodes depend on what a round saw
  const auto spent_us = decode_us(**code);
  if (!spent_us)
    return {{"load_parts", coding::load_parts(**code)}, {"spoilt", spent_us.error().detail}};
  return {{"decode_us", *spent_us}, {"load_parts", coding::load_parts(**code)}};
}

}  // namespace

nlohmann::json measure_codes() {
  std::vector<block> messages;
  for (index sender = 0; sender < combined.senders; ++sender)
    messages.push_back(message_of_ones());
  const auto code = coding::codes().make("polynomial", value_table{}, "coding", combined).value();
  std::vector<double> shares;
  for (int repetition = 0; repetition < 9; ++repetition)
    shares.push_back(combine_gb_per_s(code, messages) /
                     read_gb_per_s(std::span{messages}.first(20)));
  std::ranges::sort(shares);
  nlohmann::json report = {{"plain_read_gb_per_s", read_gb_per_s(messages)},
                           {"combine_gb_per_s", combine_gb_per_s(code, messages)},
                           {"combine_share_of_plain_read_median", shares[4]},
                           {"coded_sum_share_of_32_samples", summing_share(32, coded)},
                           {"plain_sum_share_of_32_samples", summing_share(32, plain)},
                           {"coded_sum_share_of_128_samples", summing_share(128, coded)},
                           {"plain_sum_share_of_128_samples", summing_share(128, plain)}};
  for (const std::string& name : coding::codes().names())
    for (const auto& shape : sizes)
      report["codes"][name][fmt::format("{} workers, {} stragglers", shape.senders,
                                        shape.stragglers)] = measure(name, shape);
  return report;
}

}  // namespace echelon::bench
