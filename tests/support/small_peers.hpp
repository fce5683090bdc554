#pragma once

#include "actors/peers/epochs.hpp"
#include "actors/peers/peering.hpp"
#include "tests/support/peer_networks.hpp"
#include "tests/support/small_training.hpp"

// Runs of peers in tests, made by hand.
namespace echelon::tests {

struct small_peers {
  std::string graph = "ring";
  index peers = 4;
  std::string policy = "cdsgd";
  value_table settings = {};
  std::string absence = "edge-symmetric";
  actors::waiting_for mode = actors::waiting_for::everyone;
  seconds patience{0};
  index steps = 3;
  bool different_starts = true;
  bool repairs = false;
  value_list faults = {};  ///< as tables of [[faults]]
  small_options training = {
      .model = "mlp", .model_settings = {{"hidden", value_list{8}}}, .rounds = 3, .samples = 200};
};

/// Tables of [[faults]], as a scenario would read them.
inline std::vector<faults::scheduled_fault> faults_among(index peers, const value_list& tables) {
  std::vector<faults::scheduled_fault> made;
  for (const value& one : tables) {
    value_table place = one.table(), settings;
    const std::string kind = place.extract("kind").mapped().text();
    for (const parameter& own : faults::known_faults().find(kind)->card.parameters)
      if (auto given = place.extract(own.name); !given.empty())
        settings.insert(std::move(given));
    const auto where = *parameters::resolve(place, faults::schedule_parameters(), "faults");
    made.push_back(*faults::schedule_peer_fault(
        where, kind, *faults::known_faults().make(kind, settings, "faults"), peers));
  }
  return made;
}

inline actors::training_setup peer_setup(small_peers wanted) {
  wanted.training.workers = wanted.peers;
  auto setup = small_setup(wanted.training);
  setup.evaluate_every = 1;
  const bool merges = merging::merge_rules().find(wanted.policy) != nullptr;
  std::shared_ptr<const merging::merge_rule> merge;
  std::shared_ptr<const merging::mixing_rule> mix;
  auto needed = merging::weights_needed::doubly_stochastic;
  if (merges) {
    merge = *merging::merge_rules().make(wanted.policy, wanted.settings, "merging");
  } else {
    mix = *merging::mixing_rules().make(wanted.policy, wanted.settings, "merging");
    needed = mix->traits().weights;
  }
  // Half of themselves, as some rules need.
  actors::peering plan{
      .network = merging::make_network(wanted.graph, wanted.peers, {}, "lazy", needed),
      .merges = merge,
      .mixes = mix,
      .absence = *merging::absence_policies().make(wanted.absence, {}, "merging.absence")};
  plan.spec = *merging::derive_permutations(*setup.model->graph());
  plan.math = learning::math_mode::portable;
  plan.mode = wanted.mode;
  plan.patience = wanted.patience;
  plan.steps.assign(slot(wanted.peers), wanted.steps);
  plan.different_starts = wanted.different_starts;
  plan.calibration = setup.parts;
  if (wanted.repairs)
    plan.reweigh = [needed](merging::peer_graph graph) {
      return merging::peer_network::make(merging::constant(std::move(graph)),
                                         **merging::mixing_weightings().make("lazy", {}, "weights"),
                                         needed);
    };
  if (merge && merge->orders_once())
    plan.order_parents = actors::spanning_tree(plan.network.all_links());
  setup.faults.faults = faults_among(wanted.peers, wanted.faults);
  setup.peers = std::make_shared<const actors::peering>(std::move(plan));
  return setup;
}

}  // namespace echelon::tests
