#include "experiments/scenario/peer_sections.hpp"

#include <algorithm>
#include <iterator>

#include "experiments/scenario/scenario_keys.hpp"

namespace echelon::experiments {
namespace {

constexpr double peers_max = 1e4;  // mixing matrices are dense

/// Those that merge models now and then, and those that mix as they learn.
std::vector<policy_card> rule_cards(const policy_catalogues& policies) {
  std::vector<policy_card> all = cards(policies.merge_rules);
  std::ranges::copy(cards(policies.mixing_rules), std::back_inserter(all));
  return all;
}

section_schema merging_section(const policy_catalogues& policies) {
  return {"merging",
          "How peers make one model of theirs and their neighbours'",
          {text("policy", "average", "which one; echelon list merging shows them"),
           integer("every", 2,
                   "local epochs between merges; with rules that mix at every step, "
                   "those of a round",
                   1, rounds_max),
           integer("every_steps", 0, "the same in steps; 0: as every says", 0, rounds_max),
           integer("pretrain_epochs", 0, "local epochs before the first merge", 0, rounds_max),
           text("init", "same", "whether peers begin with the same weights", {"same", "different"}),
           text("calibration", "local",
                "samples that neurons are matched and batch norm is measured on: the peer's own; "
                "the same few for all, drawn from everybody's; or all that there are",
                {"local", "public", "global"}),
           integer("calibration_samples", 1000, "at most so many of them; 0: all", 0),
           text("mode", "sync",
                "whether a peer waits for its neighbours' models of the same round, for models at "
                "most `staleness` rounds old, or for nobody",
                {"sync", "bounded", "async"}),
           integer("staleness", 1, "bounded: rounds that a neighbour's model may be behind", 1,
                   rounds_max),
           number("patience_s", 0,
                  "how long a peer that is ready to exchange waits for others at most; 0: until "
                  "they come or are gone",
                  0, 1e9),
           integer("models_at_once", 1,
                   "neighbours' models that a peer asks for, and holds, at once while it merges; "
                   "more cost memory and wait for fewer round trips; 0: all. With rules that mix "
                   "at every step, modes other than sync, patience_s with edge-symmetric absence, "
                   "and absence = stale, neighbours send unasked",
                   0, peers_max),
           {{"repair_links", value_kind::flag, false,
             "where peers have gone, or links have carried nothing for three rounds, others are "
             "added: the graph is connected again and has nine tenths of its spectral gap, if 8 "
             "more do that"}},
           integer("probe_every", 0,
                   "rounds from one look at the mean of all models to the next: gradients there, "
                   "noise, smoothness and the convergence bound; outside the run's time and where "
                   "one process has all models; 0: never",
                   0, rounds_max)},
          "policy",
          rule_cards(policies)};
}

section_schema absence_section(const policy_catalogues& policies) {
  section_schema section = choice("merging.absence", "Who is weighed how when models do not arrive",
                                  "kind", "auto", policies.absences);
  section.policies.insert(
      section.policies.begin(),
      {"auto",
       "edge-symmetric where weights are symmetric, else self; stale where peers do not wait",
       "Echelon",
       {}});
  return section;
}

}  // namespace

policy_card peers_card() {
  return {"peers",
          "peers without a server, linked as topology.graph says",
          "Echelon",
          {integer("peers", 5, "how many", 1, peers_max).declared}};
}

std::vector<section_schema> graph_sections(const policy_catalogues& policies) {
  return {choice("topology.graph", "Which peers hear each other", "kind", "ring", policies.graphs),
          choice("topology.weights", "How much each peer counts what it hears", "kind", "auto",
                 policies.weightings)};
}

std::vector<section_schema> merging_sections(const policy_catalogues& policies) {
  return {merging_section(policies), absence_section(policies)};
}

}  // namespace echelon::experiments
