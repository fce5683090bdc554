#include "experiments/run/probing.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/compression/ratios/bounds.hpp"
#include "algorithms/hierarchy/bounds.hpp"
#include "experiments/run/levels.hpp"

namespace echelon::experiments {
namespace {

using actors::bound_question;
using actors::model_probe;
using actors::training_setup;
using named_numbers = std::map<std::string, double>;

constexpr node_id root{role::coordinator, 0};

void add_finite(named_numbers& to, const char* name, double number) {
  if (std::isfinite(number))
    to[name] = number;
}

/// The same where models are averaged.
bool plain_averaging(const training_setup& setup, const scenario& built) {
  return built.policy("optimizer.server").name == "sgd" && setup.server_rate == 1 &&
         setup.proximal == 0 && !setup.control_variates && setup.levels.participation == 1;
}

compression::objective_constants constants_of(const bound_question& asked) {
  compression::objective_constants known;
  known.smoothness = std::max(asked.start.smoothness, asked.now.smoothness);
  known.noise_square = std::max(asked.start.noise_most(), asked.now.noise_most());
  known.gap = asked.start.loss;
  for (std::size_t i = 0; i < asked.now.workers.size(); ++i) {
    const double square = std::max(asked.start.workers[i].gradient_square,
                                   asked.now.workers[i].gradient_square);
    known.weights.push_back(asked.now.workers[i].weight);
    known.divergences.push_back(std::sqrt(std::max(square, 0.0)));
  }
  return known;
}

/// Of gradients that are compressed on their only hop.
struct compressed_bounds {
  std::shared_ptr<const compression::budget_manager> manager;
  double rate;

  named_numbers operator()(const bound_question& asked) const {
    named_numbers found;
    const compression::objective_constants known = constants_of(asked);
    if (known.smoothness == 0 || !asked.ratios)
      return found;
    const compression::budget_terms& terms = manager->terms();
    if (terms.kind == compression::compressor_kind::absolute) {
      auto thresholds = manager->relative_thresholds(*asked.ratios);
      for (double& threshold : thresholds)
        threshold *= *terms.threshold;
      add_finite(found, "bound_absolute",
                 absolute_bound(known, thresholds, terms.cost.length(), rate, asked.rounds));
      add_finite(found, "rate_max_absolute", absolute_rate_max(known));
      return found;
    }
    const auto ratios = manager->ratios(*asked.ratios);
    add_finite(found, "bound_published", published_bound(known, ratios, rate, asked.rounds));
    add_finite(found, "rate_max_published", published_rate_max(known, ratios));
    add_finite(found, "bound_refined", refined_bound(known, ratios, rate, asked.rounds));
    add_finite(found, "rate_max_refined", refined_rate_max(known, ratios));
    return found;
  }
};

std::vector<double> larger(std::vector<double> these, const std::vector<double>& those) {
  for (std::size_t i = 0; i < these.size(); ++i)
    these[i] = std::max({these[i], those[i], 0.0});
  return these;
}

/// Of models that are averaged level by level.
struct averaging_bound {
  tree topology;
  hierarchy::periods when;
  double rate;

  named_numbers operator()(const bound_question& asked) const {
    const hierarchy::descent problem{
        .gap = asked.start.loss,
        .smoothness = std::max(asked.start.smoothness, asked.now.smoothness),
        .noise = std::max(asked.start.noise_most(), asked.now.noise_most())};
    if (problem.smoothness == 0)
      return {};
    std::vector<double> weights;
    for (const actors::worker_probe& worker : asked.now.workers)
      weights.push_back(worker.weight);
    const auto where = hierarchy::tiers::weighted(topology, weights);
    expects(where.has_value());
    const hierarchy::divergences apart{larger(asked.now.by_level, asked.start.by_level)};
    const auto steps = static_cast<double>(asked.rounds * when.at(1));
    const auto bound = when.of_groups().empty()
                           ? fixed_bound(problem, hierarchy::drift_profile::of(*where, apart), when,
                                         rate, steps)
                           : grouped_bound(problem, *where, apart,
                                           larger(asked.now.by_group, asked.start.by_group), when,
                                           rate, steps);
    named_numbers found;
    add_finite(found, "bound_averaging", bound.total());
    add_finite(found, "rate_max_averaging", fixed_rate_max(problem.smoothness, when));
    return found;
  }
};

bool compresses_plainly(const training_setup& setup, const scenario& built) {
  const auto manager = setup.budgets.find(root);
  if (manager == setup.budgets.end() || !setup.topology.is_star() || setup.sends_changes() ||
      built.policy("compression.feedback").name != "ef14" || setup.plan.policy != "uncoded" ||
      setup.levels.participation < 1)
    return false;
  const compression::budget_terms& terms = manager->second->terms();
  using kind = compression::compressor_kind;
  // A controller caps bursts, so that what it leaves out is not below its threshold.
  return terms.kind == kind::relative || (terms.kind == kind::absolute && terms.threshold);
}

result<void> check_estimates(const training_setup& setup, const scenario& built) {
  const bool wanted = std::ranges::any_of(
      setup.budgets, [](const auto& one) { return one.second->policy().wants_divergences(); });
  if (!wanted || (setup.probe_every > 0 && setup.topology.is_star()))
    return {};
  return built.section("compression.ratios")
      .refuse("divergence",
              "\"estimated\" needs probes of every sender: hierarchy.probe_every above 0 and a "
              "star; or it must be \"equal\"");
}

}  // namespace

bool plain_descent(const training_setup& setup, const scenario& built) {
  const policy_choice& optimizer = built.policy("optimizer");
  const value_table& settings = optimizer.settings.table();
  const auto decay = settings.find("weight_decay");
  return optimizer.name == "sgd" && (decay == settings.end() || decay->second.number() == 0) &&
         built.policy("optimizer.schedule").name == "constant" && setup.clip == 0 && setup.rate > 0;
}

std::function<named_numbers(const bound_question&)> bounds_of(const training_setup& setup,
                                                              const scenario& built) {
  if (!plain_descent(setup, built))
    return {};
  if (compresses_plainly(setup, built))
    return compressed_bounds{setup.budgets.at(root), setup.rate};
  const auto when = periods_of(setup, built);
  if (when && *when && setup.budgets.empty() && plain_averaging(setup, built))
    return averaging_bound{setup.topology, **when, setup.rate};
  return {};
}

result<void> set_probing(training_setup& setup, const scenario& built) {
  const parameters& given = built.section("hierarchy");
  setup.probe_every = given.integer("probe_every");
  if (setup.probe_every > 0 && !actors::can_probe(setup))
    return given.refuse(
        "probe_every",
        "{} asks for a gradient of each worker; runtime.gradients must be \"real\", "
        "coding.policy \"uncoded\" and coding.parts left out, or this 0",
        setup.probe_every);
  ECHELON_CHECK(check_estimates(setup, built));
  setup.bounds = bounds_of(setup, built);
  return {};
}

}  // namespace echelon::experiments
