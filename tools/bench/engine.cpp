#include "tools/bench/engine.hpp"

#include <algorithm>

#include "actors/session.hpp"

namespace echelon::bench {
namespace {

constexpr index messages_a_worker_and_round = 3;  // start, part due, answer

actors::training_setup_ptr timing_setup(index workers, index rounds, bool seeded) {
  auto setup = std::make_shared<actors::training_setup>();
  setup->model = *learning::models().make("softmax", value_table{}, "model",
                                          learning::model_context{{1, 1, 16}, 10});
  setup->topology = tree::star(workers);
  setup->plan = *coding::make_plan(setup->topology, coding::codes(), {});
  setup->optimiser = *learning::optimisers().make("sgd", value_table{}, "optimizer");
  setup->schedule = *learning::schedules().make("constant", value_table{}, "optimizer.schedule");
  setup->delays = *transmission::delay_models().make(
      "shifted-exponential",
      value_table{{"worker", value_table{{"compute_shift_s", 1.0}, {"compute_rate_per_s", 1.0}}}},
      "delays", transmission::delay_context{workers, 0, 1});
  setup->rounds = rounds;
  setup->gradients = false;
  setup->seeded_interleaving = seeded;
  return setup;
}

double messages_per_s(index workers, index rounds, bool seeded) {
  actors::run_observer nobody;
  const auto outcome = actors::run_training(timing_setup(workers, rounds, seeded), {}, nobody);
  expects(outcome && outcome->summary.status == actors::run_status::done);
  expects(outcome->summary.messages >= messages_a_worker_and_round * workers * rounds);
  return static_cast<double>(outcome->summary.messages) / outcome->summary.wall_s;
}

double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

nlohmann::json measure_engine() {
  constexpr int repetitions = 9;
  constexpr index deliveries = 300'000;
  nlohmann::json report;
  for (const bool seeded : {false, true}) {
    std::vector<double> few, many, ratios;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      few.push_back(messages_per_s(1'000, deliveries / 1'000, seeded));
      many.push_back(messages_per_s(10'000, deliveries / 10'000, seeded));
      ratios.push_back(few.back() / many.back());
    }
    report[seeded ? "seeded" : "fifo"] = {{"messages_per_s_at_1000_workers", median(few)},
                                          {"messages_per_s_at_10000_workers", median(many)},
                                          {"time_per_message_10000_over_1000", median(ratios)}};
  }
  return report;
}

}  // namespace echelon::bench
