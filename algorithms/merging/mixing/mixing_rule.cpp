#include "algorithms/merging/mixing/mixing_rule.hpp"

#include <algorithm>

#include <Eigen/Eigenvalues>

#include "algorithms/merging/mixing/pairings.hpp"

namespace echelon::merging {
namespace {

/// Of symmetric weights.
result<void> check_eigenvalues(const peer_network& network, double above) {
  for (index round = 0; round < network.period(); ++round) {
    const Eigen::SelfAdjointEigenSolver<matrix> solver{network.mixing(round),
                                                       Eigen::EigenvaluesOnly};
    // At the limit itself an error never dies out, and rounding decides whether it grows.
    if (const double least = solver.eigenvalues()(0); least <= above + 1e-9)
      return fail(errc::not_supported,
                  "the weights' smallest eigenvalue is {:.4f}; this rule needs it above {:.4f}, as "
                  "it is with weights = \"lazy\"",
                  least, above);
  }
  return {};
}

}  // namespace

peer_state copy_of(const peer_state& state) {
  peer_state copy = state;
  copy.model = copy_of(state.model);
  for (block_builder& held : copy.slots)
    held = copy_of(held);
  for (edge_account& account : copy.accounts) {
    account.sent = copy_of(account.sent);
    account.taken = copy_of(account.taken);
  }
  return copy;
}

bool mixing_rule::mixes(index, random_stream&) const { return true; }

block mixing_rule::point(const peer_state& state) const { return frozen_copy(state.model); }

parcel mixing_rule::offer(peer_state& state, index, double) const {
  return {{frozen_copy(state.model)}, {}};
}

void mixing_rule::combine(peer_state& state, double self, std::span<const arrival> arrived) const {
  mix(state.model, state.all(), self, arrived);
  ++state.steps;
}

void mixing_rule::descend(peer_state& state, const local_step& step, vector_view direction) {
  assign_sum(state.model, state.trained(), {{1, state.model}, {-step.rate, direction}});
  follow_batch(state, step);
}

void mixing_rule::follow_batch(peer_state& state, const local_step& step) {
  expects(step.rate > 0);
  state.rate = step.rate;
  if (step.gradient.size() < state.model.size())
    return;
  const double fresh = step.buffer_momentum;
  assign_sum(state.model, state.measured(),
             {{1 - fresh, state.model}, {state.mass * fresh, step.gradient}});
}

void mixing_rule::mix(block_builder& into, element_range range, double self,
                      std::span<const arrival> arrived, std::size_t number) {
  std::vector<sum_term> terms{{self, into}};
  for (const arrival& heard : arrived)
    terms.push_back({heard.weight, heard.content.vectors.at(number)});
  assign_sum(into, range, terms);
}

peer_state fresh_peer(const mixing_rule& rule, const block& model, index parameters) {
  expects(parameters <= model.size());
  peer_state state;
  state.parameters = parameters;
  state.model = block_builder{model.size(), model.kind(), contents::unset};
  assign_sum(state.model, state.all(), {{1, model}});
  for (index i = 0; i < rule.traits().slots; ++i)
    state.slots.emplace_back(model.size(), model.kind());
  return state;
}

result<void> check_rule(const mixing_rule& rule, const peer_network& network) {
  const mixing_traits traits = rule.traits();
  if (traits.with == exchange::everyone || traits.with == exchange::random_edge)
    return {};
  if (traits.with == exchange::active_passive) {
    ECHELON_CHECK(two_sides(network.all_links()));
    return {};
  }
  if (traits.constant_weights && network.period() > 1)
    return fail(
        errc::not_supported,
        "the graph repeats after {} rounds only; this rule needs one that stays, such as ring",
        network.period());
  for (index round = 0; round < network.period(); ++round)
    ECHELON_CHECK(check_mixing(network.mixing(round), network.graph(round), traits.weights));
  return traits.eigenvalue_above < -1 ? result<void>{}
                                      : check_eigenvalues(network, traits.eigenvalue_above);
}

double message_bytes(const mixing_traits& traits, index model_size, precision kind) {
  const std::size_t each = bytes_of(traits.doubles ? precision::double_ : kind);
  return static_cast<double>(traits.vectors * model_size) * static_cast<double>(each);
}

}  // namespace echelon::merging
