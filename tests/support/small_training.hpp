#pragma once

#include "actors/session.hpp"
#include "algorithms/aggregation/server_optimiser.hpp"

namespace echelon::tests {

/// What a test wants to be different from the small standard run.
struct small_options {
  std::string policy = "uncoded";
  index stragglers = 0;
  index workers = 6;
  index parts = 0;                               ///< 0: one a worker
  std::optional<coding::plan_choice> plan = {};  ///< instead of policy, stragglers and parts
  std::string model = "softmax";
  value_table model_settings = {};
  precision kind = precision::single;
  std::string optimiser = "sgd";
  value edges = value_list{};  ///< not empty: a tree
  value_table delays = {
      {"worker",
       value_table{{"compute_shift_s", 10.0}, {"compute_rate_per_s", 0.1}, {"link_s", 10.0}}},
      {"slow", value_table{{"probability", 0.15}, {"factor", 10.0}}}};
  std::uint64_t seed = 1;
  index rounds = 12;
  index samples = 300;
};

/// Glyphs, shared by all tests of a binary.
inline const learning::prepared_data& small_data(index samples) {
  static std::map<index, learning::prepared_data> made;
  auto found = made.find(samples);
  if (found == made.end()) {
    auto source = learning::data_sources().make(
        "glyphs", value_table{{"samples", static_cast<std::int64_t>(samples)}}, "data");
    found = made.emplace(samples, *learning::prepare(*(*source)->load(), {})).first;
  }
  return found->second;
}

/// A complete training setup, made by hand as an embedder would.
inline actors::training_setup small_setup(const small_options& wanted) {
  actors::training_setup setup;
  setup.data = small_data(wanted.samples);
  const learning::model_context context{setup.data.train->shape, setup.data.train->classes,
                                        wanted.kind, learning::math_mode::portable};
  setup.model = *learning::models().make(wanted.model, wanted.model_settings, "model", context);
  setup.topology = wanted.edges.list().empty() ? tree::star(wanted.workers)
                                               : *tree::from_edges(wanted.edges);
  const index workers = setup.topology.workers();
  const index asked = wanted.parts == 0 ? workers : wanted.parts;
  setup.choice = wanted.plan.value_or(coding::plan_choice{
      .policy = wanted.policy, .parts = asked, .stragglers = wanted.stragglers});
  setup.make_plan = [topology = setup.topology](const coding::plan_choice& choice) {
    return coding::make_plan(topology, coding::codes(), choice);
  };
  setup.plan = *setup.make_plan(setup.choice);
  const index parts = setup.choice.parts = setup.plan.parts;
  setup.parts = *(*learning::partitioners().make("iid", value_table{}, "data.partition"))
                     ->deal(*setup.data.train, parts, random_stream{wanted.seed, "partition"});
  setup.optimiser = *learning::optimisers().make(wanted.optimiser, value_table{}, "optimizer");
  setup.server = *aggregation::server_optimisers().make("sgd", value_table{}, "optimizer.server");
  setup.schedule = *learning::schedules().make("constant", value_table{}, "optimizer.schedule");
  setup.delays = *transmission::delay_models().make(
      "shifted-exponential", wanted.delays, "delays",
      transmission::delay_context{workers, setup.topology.edges(), wanted.seed});
  setup.rounds = wanted.rounds;
  setup.batch = 8;
  setup.evaluate_every = 5;
  setup.seed = setup.init_seed = setup.data_seed = setup.delay_seed = wanted.seed;
  return setup;
}

/// Keeps every record.
struct recording : actors::run_observer {
  std::vector<actors::round_record> rounds;
  void on_round(const actors::round_record& round) override { rounds.push_back(round); }
};

struct finished_run {
  actors::run_outcome outcome;
  std::vector<actors::round_record> rounds;
};

inline finished_run train(actors::training_setup setup, const actors::run_options& options = {}) {
  recording watch;
  auto outcome = actors::run_training(
      std::make_shared<const actors::training_setup>(std::move(setup)), options, watch);
  expects(outcome.has_value());
  return {*std::move(outcome), std::move(watch.rounds)};
}

}  // namespace echelon::tests
