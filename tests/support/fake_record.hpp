#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "algorithms/base/random.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::tests {

/// Settings of a run that never took place.
struct fake_run {
  std::string name = "fake";
  std::string policy = "uncoded";
  index workers = 20;
  index stragglers = 0;  ///< a round ends without the slowest so many
  index rounds = 100;
  std::uint64_t seed = 1;
  double slow_share = 0.1;
  std::string status = "done";
  std::string reason = {};
};

/// Writes a record as `echelon run` would: shifted-exponential answers, of which slow workers take
/// ten times as long, a round that ends when enough have come, and a loss that falls with the
/// rounds.
inline void write_fake_record(const std::filesystem::path& folder, const fake_run& run) {
  random_stream random{run.seed, "fake"};
  std::string lines, answers, slow, absent, senders;
  double time_s = 0;
  const auto load = static_cast<double>(run.stragglers + 1);
  for (index round = 1; round <= run.rounds; ++round) {
    std::vector<double> times;
    slow.clear();
    for (index worker = 0; worker < run.workers; ++worker) {
      const bool late = random.bernoulli(run.slow_share);
      if (late)
        slow += fmt::format("{}{}", slow.empty() ? "" : ",", worker);
      times.push_back(2 + (1 + 0.5 * random.exponential()) * load * (late ? 10 : 1));
    }
    std::vector<double> sorted = times;
    std::ranges::sort(sorted);
    const double round_s = sorted[static_cast<std::size_t>(run.workers - 1 - run.stragglers)];
    time_s += round_s;
    answers.clear();
    absent.clear();
    senders.clear();
    for (index worker = 0; worker < run.workers; ++worker) {
      const double answer = times[static_cast<std::size_t>(worker)];
      const bool in = answer <= round_s;
      answers += fmt::format("{}{}", worker == 0 ? "" : ",",
                             in ? fmt::format("{:.4f}", answer) : "null");
      std::string& names = in ? senders : absent;
      names += fmt::format("{}\"worker/{}\"", names.empty() ? "" : ",", worker);
    }
    const double progress = static_cast<double>(round) / 100.0;
    lines += fmt::format(
        R"({{"round":{},"time_s":{:.4f},"round_s":{:.4f},"loss":{:.5f},"accuracy":{:.4f},"train_loss":{:.5f},)"
        R"("rate":0.1,"bytes_up":{},"bytes_down":{},"payload_bits_up":{},"senders":[{}],)"
        R"("certificate":{{"scope":"gradient","kind":"exact","residual":0,"amplification":{:.3f},"compression_error":0,"absent":[{}]}},)"
        R"("parts":{{"computed":{},"used":{},"wasted":{}}},"busy_s":{{"worker":{:.3f}}},"idle_s":{{"worker":{:.3f}}},)"
        R"("answer_s":[{}],"slow":[{}],"refused":0,"new_field":{{"of":["later"]}}}})"
        "\n",
        round, time_s, round_s, 0.05 + 2.2 * std::exp(-4 * progress) + 0.02 * random.uniform(),
        0.97 - 0.86 * std::exp(-5 * progress) + 0.01 * random.uniform(),
        2.3 * std::exp(-3 * progress), run.workers * 50'000, run.workers * 50'000,
        run.workers * 400'000, senders, 1 + (run.stragglers > 0 ? random.exponential() : 0), absent,
        run.workers * (run.stragglers + 1), run.workers, run.stragglers * run.workers / 2,
        0.4 * round_s * static_cast<double>(run.workers),
        0.6 * round_s * static_cast<double>(run.workers), answers, slow);
  }
  std::string links;
  for (index worker = 0; worker < run.workers; ++worker)
    links += fmt::format(R"({}{{"from":"worker/{}","to":"coordinator","messages":{},"bytes":{}}})",
                         links.empty() ? "" : ",", worker, run.rounds,
                         run.rounds * 50'000 + worker * 1'000);
  write_file(folder / "metrics.jsonl", lines);
  write_file(
      folder / "scenario.toml",
      fmt::format("[scenario]\nname = \"{}\"\nrounds = {}\nseed = {}\ntarget_accuracy = "
                  "0.9\n\n[runtime]\nworld = "
                  "\"simulated\"\n\n[data]\nsource = \"glyphs\"\n\n[model]\nkind = \"mlp\"\n\n"
                  "[coding]\npolicy = \"{}\"\nstragglers = {}\n\n[delays]\nmodel = "
                  "\"shifted-exponential\"\n",
                  run.name, run.rounds, run.seed, run.policy, run.stragglers));
  write_file(
      folder / "summary.json",
      fmt::format(
          R"({{"status":"{}","reason":{},"rounds":{},"time_s":{:.4f},"clock":"virtual","wall_s":1.5,)"
          R"("final_loss":0.05,"final_accuracy":0.965,"rounds_to_target":50,"time_to_target_s":{:.4f},)"
          R"("bytes_up":{},"bytes_down":{},"payload_bits_up":{},"exact_rounds":{},"approximate_rounds":0,)"
          R"("failed_rounds":0,"residual_max":0.0,"amplification_max":3.2,"parts":{{"computed":{},"used":{},"wasted":{}}},)"
          R"("trace_hash":"0123456789abcdef","weights_hash":"fedcba9876543210","math":"portable","seed":{},)"
          R"("commit":"14d3ef8","version":"0.1.0","messages":{},"links":[{}]}})"
          "\n",
          run.status, run.reason.empty() ? "null" : "\"" + run.reason + "\"", run.rounds, time_s,
          time_s / 2, run.rounds * run.workers * 50'000, run.rounds * run.workers * 50'000,
          run.rounds * run.workers * 400'000, run.rounds,
          run.rounds * run.workers * (run.stragglers + 1), run.rounds * run.workers,
          run.rounds * run.stragglers * run.workers / 2, run.seed, run.rounds * run.workers * 4,
          links));
}

}  // namespace echelon::tests
