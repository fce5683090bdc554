#include "experiments/run/peer_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/merging/mixing/convergence_bound.hpp"
#include "experiments/run/probing.hpp"

namespace echelon::experiments {
namespace {

using actors::model_probe;
using actors::peer_bound_question;

/// What the run itself knows of the bound's terms.
struct peer_bounds {
  double peers, merge_every, steps_each, rate;

  merging::bound_terms terms(const peer_bound_question& asked) const {
    const auto divergence = [](const model_probe& probe) { return probe.by_level.front(); };
    return {.peers = peers,
            .merge_every = merge_every,
            .steps = steps_each * static_cast<double>(asked.rounds),
            .rate = rate,
            .smoothness = std::max(asked.start.smoothness, asked.now.smoothness),
            .gap = asked.start.loss,
            .noise = std::max(asked.start.noise_most(), asked.now.noise_most()),
            .diversity = std::max({divergence(asked.start), divergence(asked.now), 0.0}),
            .contraction = std::sqrt(asked.contraction),
            .disagreement = asked.disagreement};
  }

  std::map<std::string, double> operator()(const peer_bound_question& asked) const {
    const merging::bound_terms known = terms(asked);
    if (!(known.smoothness > 0))
      return {};
    std::map<std::string, double> found{{"rate_max_merging", merging::rate_max(known)}};
    if (const auto bound = merging::bound_convergence(known)) {
      found["bound_merging"] = bound->gradient;
      found["bound_disagreement"] = bound->disagreement;
    }
    return found;
  }
};

/// Everybody's update is the theorem's.
bool plain_mixing(const actors::peering& plan, const scenario& built) {
  const std::string& rule = built.policy("merging").name;
  const bool alike = std::ranges::adjacent_find(plan.steps, std::ranges::not_equal_to{}) ==
                     plan.steps.end();
  return alike && plan.mode == actors::waiting_for::everyone &&
         (rule == "average" || rule == "sync" || rule == "cdsgd");
}

}  // namespace

std::function<std::map<std::string, double>(const peer_bound_question&)>
peer_bounds_of(const actors::training_setup& setup, const actors::peering& plan,
               const scenario& built) {
  if (!plain_descent(setup, built) || !plain_mixing(plan, built) || setup.model->buffer_count() > 0)
    return {};
  const auto steps = static_cast<double>(plan.steps.front());
  return peer_bounds{.peers = static_cast<double>(plan.peers()),
                     .merge_every = plan.merges ? steps : 1,
                     .steps_each = steps,
                     .rate = setup.rate};
}

}  // namespace echelon::experiments
