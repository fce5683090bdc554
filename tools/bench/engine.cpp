// Messages a second of the actor engine, gradients excluded: timing-only rounds of uncoded workers with random delays.
// One line for each number of workers and order of runnable actors; the last line sets 10,000 workers beside 1,000.

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "actors/session.hpp"

namespace {

using namespace echelon;

constexpr echelon::index messages_a_worker_and_round = 3;  // start, part due, answer

actors::training_setup_ptr timing_setup(echelon::index workers, echelon::index rounds, bool seeded) {
  auto setup = std::make_shared<actors::training_setup>();
  setup->model = *learning::models().make("softmax", value_table{}, "model",
                                          learning::model_context{{1, 1, 16}, 10});
  setup->topology = tree::star(workers);
  setup->plan =
      *coding::plan_flat(setup->topology, coding::codes(), "uncoded", value_table{}, workers, 0);
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

/// Messages a second of one run; a run that fails is a bug.
double messages_per_s(echelon::index workers, echelon::index rounds, bool seeded) {
  actors::run_observer nobody;
  const auto outcome = actors::run_training(timing_setup(workers, rounds, seeded), {}, nobody);
  expects(outcome && outcome->summary.status == actors::run_status::done);
  expects(outcome->summary.messages >= messages_a_worker_and_round * workers * rounds);
  return static_cast<double>(outcome->summary.messages) / outcome->summary.wall_s;
}

/// Interleaved repetitions, so that a noisy machine hits all alike; the median counts.
double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  constexpr int repetitions = 5;
  constexpr echelon::index deliveries = 300'000;
  for (const bool seeded : {false, true}) {
    std::vector<double> few, many;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      few.push_back(messages_per_s(1'000, deliveries / 1'000, seeded));
      many.push_back(messages_per_s(10'000, deliveries / 10'000, seeded));
    }
    const char* order = seeded ? "seeded" : "fifo";
    const double at_1000 = median(few);
    const double at_10000 = median(many);
    fmt::print("{:7} 1000 workers: {:9.0f} messages/s   10000 workers: {:9.0f} messages/s   "
               "time a message at 10000 / at 1000: {:.2f}\n",
               order, at_1000, at_10000, at_1000 / at_10000);
  }
  return EXIT_SUCCESS;
}
