#include "tools/bench/merging.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "algorithms/merging/matching/correlation.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"
#include "tools/bench/kernels.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using namespace learning;

constexpr index values = 4096;
constexpr int runs = 9;
constexpr index batch_images = 100;
constexpr index steps_between_merges = 200;
constexpr index calibration_images = 1000;

merging::unit_features<float> random_features(index units, std::string_view which) {
  random_stream random{1, which};
  merging::unit_features<float> made;
  made.step = values + kernels::sample_padding;
  made.length = made.values = values;
  made.numbers.resize(slot(units * made.step));
  for (float& number : made.numbers)
    number = static_cast<float>(random.normal());
  made.shift.assign(slot(units), 0);
  made.sum.assign(slot(units), 0);
  made.square.assign(slot(units), static_cast<double>(values));
  return made;
}

double correlation_rate(index units, math_mode math) {
  const auto left = random_features(units, "left"), right = random_features(units, "right");
  const auto& set = kernels::kernels_for<float>(math);
  const double work = 2e-9 * static_cast<double>(units * units * values);
  const auto repeats = std::max<index>(1, static_cast<index>(1 / work));
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    merging::correlation sums{units};
    const stopwatch watch;
    for (index k = 0; k < repeats; ++k)
      sums.add(left, right, set);
    best = std::max(best, work * static_cast<double>(repeats) / watch.lap().cpu_s);
  }
  return best;
}

dataset random_images(index count) {
  random_stream random{1, "benchmark images"};
  dataset images;
  images.name = "random";
  images.shape = {3, 32, 32};
  images.count = count;
  images.classes = 10;
  for (index k = 0; k < count * images.shape.size(); ++k)
    images.features.push_back(static_cast<float>(random.normal()));
  for (index k = 0; k < count; ++k)
    images.labels.push_back(static_cast<std::int32_t>(random.below(images.classes)));
  return images;
}

double step_s(const model& network, const dataset& images, index steps) {
  const auto scratch = network.make_workspace();
  const block state = network.initial_state(1);
  block_builder sums{state.size(), state.kind()};
  std::vector<index> rows(slot(batch_images));
  std::iota(rows.begin(), rows.end(), index{0});
  (void)network.gradient(state, {&images, rows}, {1, "dropout"}, sums, *scratch);
  const stopwatch watch;
  for (index step = 0; step < steps; ++step)
    (void)network.gradient(state, {&images, rows}, {1, "dropout"}, sums, *scratch);
  return watch.lap().cpu_s / static_cast<double>(steps);
}

struct merge_bench {
  const model& network;
  const merging::permutation_spec& spec;
  const merging::merge_rule& rule;
  const dataset& images;
  math_mode math;

  /// A merge with two neighbours on so many of the images.
  result<double> merge_s(index calibration) const {
    std::vector<index> rows(slot(calibration));
    std::iota(rows.begin(), rows.end(), index{0});
    const auto peer = [&](index number) {
      return merging::peer_model{
          number, 1.0 / 3, network.initial_state(static_cast<std::uint64_t>(number)), spec.hash};
    };
    const stopwatch watch;
    ECHELON_TRY(const auto merged, rule.merge({.network = network,
                                               .spec = spec,
                                               .own = peer(0),
                                               .others = {peer(1), peer(2)},
                                               .peers = 5,
                                               .calibration = {&images, rows},
                                               .math = math}));
    return watch.lap().cpu_s;
  }

  /// The line through a sample of the images and half of it: what a merge costs without images, and
  /// what each adds.
  result<double> merge_s_by(index sample) const {
    ECHELON_TRY(const double at_half, merge_s(sample / 2));
    ECHELON_TRY(const double at_sample, merge_s(sample));
    const double each = (at_sample - at_half) / static_cast<double>(sample - sample / 2);
    return at_sample + each * static_cast<double>(images.count - sample);
  }
};

}  // namespace

nlohmann::json measure_correlations(math_mode math) {
  nlohmann::json report = measure_kernels(math);
  for (const index units : {64, 128, 256, 512, 1024})
    report["correlation_gflops"][fmt::format("{} units", units)] = correlation_rate(units, math);
  return report;
}

result<nlohmann::json> measure_merge(const merge_options& options) {
  const model_context context{{3, 32, 32}, 10, precision::single, options.math};
  ECHELON_TRY(const model_ptr network,
              models().make("resnet20", value_table{{"width", options.width}}, "model", context));
  ECHELON_TRY(const auto spec, merging::derive_permutations(*network->graph()));
  ECHELON_TRY(const auto rule, merging::merge_rules().make("dimat", value_table{}, "merging"));
  const dataset images = random_images(calibration_images);
  const merge_bench bench{*network, spec, *rule, images, options.math};
  const bool whole = options.images == 0 || options.images >= calibration_images;
  ECHELON_TRY(const double merge_s,
              whole ? bench.merge_s(calibration_images) : bench.merge_s_by(options.images));
  const double between_s = static_cast<double>(steps_between_merges) *
                           step_s(*network, images, options.steps);
  return nlohmann::json{
      {"width", options.width},
      {"parameters", network->parameter_count()},
      {"calibration_images", calibration_images},
      {"merge_s", merge_s},
      {"merge_timed", whole ? "whole"
                            : fmt::format("a timed sample: {} and {} of {} images",
                                          options.images / 2, options.images, calibration_images)},
      {"two_epochs_s", between_s},
      {"two_epochs_timed",
       fmt::format("a timed sample: {} of {} steps", options.steps, steps_between_merges)},
      {"share", merge_s / between_s}};
}

}  // namespace echelon::bench
