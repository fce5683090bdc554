#include <iostream>

#include <CLI/CLI.hpp>

#include "tools/bench/assignment.hpp"
#include "tools/bench/codes.hpp"
#include "tools/bench/compression.hpp"
#include "tools/bench/engine.hpp"
#include "tools/bench/kernels.hpp"
#include "tools/bench/merging.hpp"
#include "tools/bench/net.hpp"
#include "tools/bench/planning.hpp"
#include "tools/bench/remote.hpp"
#include "tools/bench/selection.hpp"
#include "tools/bench/tls.hpp"
#include "tools/bench/training.hpp"

namespace {

using namespace echelon;

void print(const nlohmann::json& report, bool json) {
  if (json) {
    std::cout << report.dump(2) << '\n';
    return;
  }
  const nlohmann::json flat = report.flatten();
  for (const auto& [path, number] : flat.items())
    std::cout << path.substr(1) << ' ' << number << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Benchmarks of kernels, training steps, codes, compression, planners, the actor "
               "engine and links"};
  bool json = false;
  bool portable = false;
  app.add_flag("--json", json, "one JSON document on standard output");
  app.add_flag("--portable", portable, "the fixed kernels of runtime.math = \"portable\"");
  app.require_subcommand(1);
  app.fallthrough();
  CLI::App* kernels = app.add_subcommand("kernels", "matrix products, in GFLOP/s");
  CLI::App* training = app.add_subcommand("training", "training steps, in samples per second");
  const CLI::App* codes = app.add_subcommand("codes", "decoding, every registered code");
  const CLI::App* compression = app.add_subcommand("compression",
                                                   "codecs of sparse messages beside memcpy");
  const CLI::App* selection = app.add_subcommand("selection", "top-k and thresholds, in seconds");
  const CLI::App* packing = app.add_subcommand("compressors", "messages under error feedback");
  const CLI::App* engine = app.add_subcommand("engine", "actor messages a second, no gradients");
  const CLI::App* planning = app.add_subcommand("planning", "choosing a code for a cluster");
  const CLI::App* assignment = app.add_subcommand(
      "assignment", "solves the matrices it reads, for tools/bench/assignment.py");
  const CLI::App* correlation = app.add_subcommand(
      "correlation", "adding up how alike two networks' units are, beside matrix products");
  CLI::App* merge = app.add_subcommand("merge",
                                       "a merge of ResNet-20, beside the training between");
  bench::merge_options merge_how;
  merge->add_option("--width", merge_how.width, "of the network; 8 is the published one")
      ->check(CLI::Range(1, 16));
  merge->add_option("--steps", merge_how.steps, "training steps that are timed")
      ->check(CLI::Range(1, 1000));
  merge
      ->add_option("--images", merge_how.images,
                   "the merge is reckoned from so many calibration images and half of them; 0: "
                   "all 1,000 are taken")
      ->check(CLI::Range(0, 1000));
  const CLI::App* remote = app.add_subcommand("remote", "typed handles beside plain Asio");
  const CLI::App* tls = app.add_subcommand("tls", "TLS beside plain TCP and OpenSSL in memory");
  CLI::App* net = app.add_subcommand("net", "links beside plain Asio, two processes, loopback TCP");
  std::size_t large_mb = 0;
  net->add_option("--large", large_mb, "one value of so many MB instead, and what it costs")
      ->check(CLI::Range(1, 1000000));
  bench::training_options options;
  training->add_option("--model", options.model, "a model of the catalogue, on 28x28 images");
  training->add_option("--batch", options.batch, "samples per step")->check(CLI::Range(1, 4096));
  training->add_option("--steps", options.steps, "steps to time")->check(CLI::Range(1, 1000000));
  CLI11_PARSE(app, argc, argv);

  options.math = portable ? learning::math_mode::portable : learning::math_mode::native;
  if (kernels->parsed()) {
    print(bench::measure_kernels(options.math), json);
    return 0;
  }
  if (assignment->parsed()) {
    bench::solve_assignments(std::cin, std::cout);
    return 0;
  }
  if (remote->parsed()) {
    print(bench::measure_remote(), json);
    return 0;
  }
  if (tls->parsed()) {
    print(bench::measure_tls(), json);
    return 0;
  }
  if (compression->parsed()) {
    print(bench::measure_compression(), json);
    return 0;
  }
  if (selection->parsed() || packing->parsed()) {
    print(selection->parsed() ? bench::measure_selection() : bench::measure_compressors(), json);
    return 0;
  }
  if (planning->parsed()) {
    print(bench::measure_planning(), json);
    return 0;
  }
  if (net->parsed()) {
    print(large_mb > 0 ? bench::measure_large_value(large_mb) : bench::measure_net(), json);
    return 0;
  }
  if (codes->parsed() || engine->parsed()) {
    print(codes->parsed() ? bench::measure_codes() : bench::measure_engine(), json);
    return 0;
  }
  if (correlation->parsed()) {
    print(bench::measure_correlations(options.math), json);
    return 0;
  }
  merge_how.math = options.math;
  const auto report = merge->parsed() ? bench::measure_merge(merge_how)
                                      : bench::measure_training(options);
  if (!report) {
    std::cerr << report.error().detail << '\n';
    return 2;
  }
  print(*report, json);
  return 0;
}
