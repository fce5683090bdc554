#include "experiments/run/peers.hpp"

#include <algorithm>
#include <numeric>

#include "actors/peers/epochs.hpp"
#include "actors/peers/peering.hpp"
#include "experiments/run/make_policy.hpp"
#include "experiments/run/peer_bounds.hpp"

namespace echelon::experiments {
namespace {

using actors::peering;
using actors::training_setup;
using actors::waiting_for;

waiting_for mode_of(const parameters& merging) {
  const std::string& mode = merging.text("mode");
  return mode == "sync"      ? waiting_for::everyone
         : mode == "bounded" ? waiting_for::recent
                             : waiting_for::nobody;
}

/// How peers go about it: rules.
struct rules {
  std::shared_ptr<const merging::merge_rule> merges;
  std::shared_ptr<const merging::mixing_rule> mixes;

  merging::weights_needed needed() const {
    return mixes ? mixes->traits().weights : merging::weights_needed::doubly_stochastic;
  }
};

result<rules> rules_of(const scenario& built, const policy_catalogues& policies) {
  rules made;
  if (policies.merge_rules.find(built.policy("merging").name) != nullptr) {
    ECHELON_TRY(made.merges, make_policy(built, "merging", policies.merge_rules));
  } else {
    ECHELON_TRY(made.mixes, make_policy(built, "merging", policies.mixing_rules));
  }
  return made;
}

result<merging::peer_network> network_of(const training_setup& setup, const scenario& built,
                                         const policy_catalogues& policies, const rules& by) {
  const merging::topology_context context{.peers = setup.topology.workers(), .seed = setup.seed};
  ECHELON_TRY(auto graphs, make_policy(built, "topology.graph", policies.graphs, context));
  ECHELON_TRY(const auto weights, make_policy(built, "topology.weights", policies.weightings));
  auto network = merging::peer_network::make(std::move(graphs), *weights, by.needed());
  if (!network)
    return std::unexpected(built.located(network.error(), "topology.graph"));
  if (by.mixes)
    if (const auto fits = check_rule(*by.mixes, *network); !fits)
      return std::unexpected(built.located(fits.error(), "merging"));
  return network;
}

/// "auto" keeps the mean where that can be.
result<merging::absence_policy_ptr> absence_of(const scenario& built,
                                               const policy_catalogues& policies,
                                               const merging::peer_network& network,
                                               waiting_for mode) {
  const policy_choice& chosen = built.policy("merging.absence");
  if (chosen.name == "auto") {
    const auto named = [&](std::string_view name) {
      return policies.absences.make(name, {}, "merging.absence");
    };
    if (mode != waiting_for::everyone)
      return named("stale");
    ECHELON_TRY(const auto symmetric, named("edge-symmetric"));
    return check_absence(*symmetric, network) ? result<merging::absence_policy_ptr>{symmetric}
                                              : named("self");
  }
  ECHELON_TRY(const auto made, make_policy(built, "merging.absence", policies.absences));
  if (const auto fits = check_absence(*made, network); !fits)
    return std::unexpected(built.located(fits.error(), "merging.absence"));
  if (mode != waiting_for::everyone && !made->keeps_stale())
    return built.section("merging.absence")
        .refuse("kind",
                "\"{}\" counts models of this exchange alone, for which merging.mode = \"{}\" does "
                "not wait; it must be \"stale\"",
                chosen.name, built.section("merging").text("mode"));
  return made;
}

/// Rules that count on everybody being at the same exchange.
result<void> check_mode(const scenario& built, const rules& by, waiting_for mode) {
  const parameters& given = built.section("merging");
  if (by.mixes && mode != waiting_for::everyone &&
      by.mixes->traits().with != merging::exchange::neighbours)
    return given.refuse("mode",
                        "\"{}\" has no effect on \"{}\", whose peers exchange in pairs or all at "
                        "once; it must be \"sync\"",
                        given.text("mode"), built.policy("merging").name);
  if (by.mixes && by.mixes->traits().crossed && mode != waiting_for::everyone)
    return given.refuse("mode",
                        "\"{}\" cannot be combined with \"{}\", whose peers wait for gradients; "
                        "it must be \"sync\"",
                        given.text("mode"), built.policy("merging").name);
  return {};
}

/// Errors: rules and graphs that cannot go on with more links.
result<void> set_repair(peering& plan, const scenario& built, const policy_catalogues& policies,
                        const rules& by) {
  const parameters& given = built.section("merging");
  if (!given.flag("repair_links"))
    return {};
  const bool elsewhere = by.mixes && by.mixes->traits().with != merging::exchange::neighbours;
  if (elsewhere || (by.mixes && by.mixes->traits().constant_weights))
    return given.refuse("repair_links", "true cannot be combined with \"{}\", {}; it must be false",
                        built.policy("merging").name,
                        elsewhere ? "whose peers do not exchange along all their links"
                                  : "which diverges where the graph changes");
  const merging::peer_graph links = plan.network.all_links();
  if (!links.undirected() || plan.network.period() > 1)
    return given.refuse("repair_links",
                        "true needs links that stay and go both ways, such as a ring's; "
                        "it must be false");
  ECHELON_TRY(const auto weights, make_policy(built, "topology.weights", policies.weightings));
  plan.reweigh = [weights, by](merging::peer_graph graph) -> result<merging::peer_network> {
    ECHELON_TRY(auto network, merging::peer_network::make(merging::constant(std::move(graph)),
                                                          *weights, by.needed()));
    if (by.mixes)
      ECHELON_CHECK(check_rule(*by.mixes, network));
    return network;
  };
  if (const auto fits = plan.reweigh(links); !fits)
    return given.refuse("repair_links",
                        "true needs weights that any graph has, such as those of topology.weights "
                        "= \"metropolis-hastings\": {}",
                        fits.error().detail);
  return {};
}

/// Errors: rules after which the mean of all models says nothing; at the key.
result<void> set_looks(training_setup& setup, peering& plan, const scenario& built) {
  const parameters& given = built.section("merging");
  plan.probe_every = given.integer("probe_every");
  if (plan.probe_every == 0)
    return {};
  const std::string& rule = built.policy("merging").name;
  if (plan.merges && !plan.merges->orders_once() && rule != "average")
    return given.refuse("probe_every",
                        "{} cannot be combined with \"{}\", whose peers keep their own order of "
                        "units, so that the mean of their models is no model; it must be 0",
                        plan.probe_every, rule);
  setup.weights = actors::weighting::uniform;
  plan.bounds = peer_bounds_of(setup, plan, built);
  return {};
}

result<void> check_optimiser(const scenario& built, const rules& by) {
  const policy_choice& chosen = built.policy("optimizer");
  if (!by.mixes || chosen.name == "sgd" || built.section("merging").integer("pretrain_epochs") > 0)
    return {};
  return built.section("optimizer")
      .refuse("kind",
              "\"{}\" has no effect with merging.policy = \"{}\", which takes its own steps; it "
              "must be \"sgd\", or merging.pretrain_epochs more than 0",
              chosen.name, built.policy("merging").name);
}

result<void> check_model(const training_setup& setup, const scenario& built) {
  if (!setup.gradients)
    return built.section("runtime").refuse(
        "gradients", "\"none\" leaves peers nothing to merge; it must be \"real\"");
  if (setup.model->graph() == nullptr)
    return built.section("model").refuse(
        "kind",
        "\"{}\" is a function without layers, whose units nobody can match; it must be a "
        "network",
        built.policy("model").name);
  return {};
}

/// Where peers wait for ever, a message must come.
result<void> check_losses(const training_setup& setup, const scenario& built) {
  for (std::size_t i = 0; i < setup.faults.faults.size(); ++i)
    if (setup.faults.faults[i].what->loses() && built.section("merging").number("patience_s") == 0)
      return built.faults()[i].given.refuse(
          "resent", "false loses models for good, and merging.patience_s = 0 waits for them for "
                    "ever; it must be true, or the patience more than 0");
  return {};
}

std::vector<index> steps_of(const training_setup& setup, const parameters& given, bool alike) {
  std::vector<index> steps;
  for (index peer = 0; peer < std::ssize(setup.parts); ++peer) {
    const actors::epochs own{setup.parts[slot(peer)], setup.batch, setup.data_seed, peer};
    steps.push_back(given.integer("every_steps") > 0 ? given.integer("every_steps")
                                                     : given.integer("every") * own.steps_each());
  }
  if (alike)
    std::ranges::fill(steps, std::ranges::max(steps));
  return steps;
}

/// Ascending draws from `rows`; all of them where they are few enough.
std::vector<index> some_of(const std::vector<index>& rows, index most, random_stream random) {
  if (most == 0 || most >= std::ssize(rows))
    return rows;
  auto chosen = sample_without_replacement(random, std::ssize(rows), most);
  std::ranges::sort(chosen);
  for (index& row : chosen)
    row = rows[slot(row)];
  return chosen;
}

std::vector<std::vector<index>> calibration_of(const training_setup& setup,
                                               const parameters& given) {
  const std::string& from = given.text("calibration");
  const index most = given.integer("calibration_samples");
  std::vector<index> all(slot(setup.data.train->count));
  std::iota(all.begin(), all.end(), index{0});
  std::vector<std::vector<index>> rows;
  for (index peer = 0; peer < std::ssize(setup.parts); ++peer) {
    const bool own = from == "local";
    rows.push_back(
        some_of(own ? setup.parts[slot(peer)] : all, from == "global" ? 0 : most,
                {setup.data_seed, "calibration", own ? static_cast<std::uint64_t>(peer) + 1 : 0}));
  }
  return rows;
}

}  // namespace

result<void> set_peers(training_setup& setup, const scenario& built,
                       const policy_catalogues& policies) {
  if (built.policy("topology").name != "peers")
    return {};
  const parameters& given = built.section("merging");
  if (built.section("cluster").text("data") == "ship")
    return built.section("cluster").refuse(
        "data", "\"ship\" sends the training samples alone, and peers test their own models; it "
                "must be \"path\"");
  ECHELON_CHECK(check_model(setup, built));
  ECHELON_CHECK(check_losses(setup, built));
  ECHELON_TRY(const rules by, rules_of(built, policies));
  const waiting_for mode = mode_of(given);
  ECHELON_CHECK(check_mode(built, by, mode));
  ECHELON_CHECK(check_optimiser(built, by));
  ECHELON_TRY(const auto network, network_of(setup, built, policies, by));
  ECHELON_TRY(const auto absence, absence_of(built, policies, network, mode));
  auto plan = std::make_shared<peering>(
      peering{.network = network, .merges = by.merges, .mixes = by.mixes, .absence = absence});
  ECHELON_TRY(plan->spec, merging::derive_permutations(*setup.model->graph()));
  plan->math = built.section("runtime").text("math") == "native" ? learning::math_mode::native
                                                                 : learning::math_mode::portable;
  plan->mode = mode;
  plan->staleness = given.integer("staleness");
  plan->patience = seconds{given.number("patience_s")};
  plan->models_at_once = given.integer("models_at_once");
  plan->steps = steps_of(setup, given, by.mixes != nullptr);
  plan->pretrain_epochs = given.integer("pretrain_epochs");
  plan->different_starts = given.text("init") == "different";
  plan->calibration = calibration_of(setup, given);
  if (by.merges && by.merges->orders_once())
    plan->order_parents = actors::spanning_tree(network.all_links());
  ECHELON_CHECK(set_repair(*plan, built, policies, by));
  ECHELON_CHECK(set_looks(setup, *plan, built));
  setup.peers = std::move(plan);
  return {};
}

}  // namespace echelon::experiments
