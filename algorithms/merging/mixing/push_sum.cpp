#include "algorithms/merging/mixing/push_sum.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

edge_account& account_with(peer_state& state, index peer) {
  const auto place = std::ranges::lower_bound(state.accounts, peer, {}, &edge_account::peer);
  if (place != state.accounts.end() && place->peer == peer)
    return *place;
  edge_account fresh;
  fresh.peer = peer;
  fresh.sent = fresh.taken = block_builder{0, precision::double_};
  return *state.accounts.insert(place, std::move(fresh));
}

/// Memory for a sum, once there is something to add.
void open(block_builder& sum, index size) {
  if (sum.size() == 0)
    sum = block_builder{size, precision::double_};
}

/// Adds what the edge brought since the last message taken; an older one brings nothing.
void take(peer_state& state, const arrival& heard) {
  edge_account& account = account_with(state, heard.peer);
  const block& sum = heard.content.vectors.at(0);
  const auto count = static_cast<index>(heard.content.numbers.at(1));
  if (count <= account.taken_count)
    return;
  open(account.taken, sum.size());
  assign_sum(state.model, state.all(), {{1, state.model}, {1, sum}, {-1, account.taken}});
  state.mass += heard.content.numbers.at(0) - account.taken_mass;
  assign_sum(account.taken, state.all(), {{1, sum}});
  account.taken_mass = heard.content.numbers.at(0);
  account.taken_count = count;
}

}  // namespace

std::vector<parameter> stochastic_gradient_push::declared() {
  return {{"running_sums", value_kind::flag, false,
           "messages hold all that was ever sent, so that lost ones change no mean"}};
}

result<stochastic_gradient_push> stochastic_gradient_push::make(const parameters& given) {
  return stochastic_gradient_push{given.flag("running_sums")};
}

mixing_traits stochastic_gradient_push::traits() const {
  return {.weights = weights_needed::column_stochastic,
          .doubles = running_,
          .differs_by_peer = true,
          .survives_loss = running_};
}

block stochastic_gradient_push::point(const peer_state& state) const {
  block_builder ratio{state.model.size(), state.model.kind(), contents::unset};
  assign_sum(ratio, state.all(), {{1 / state.mass, state.model}});
  return block::freeze(std::move(ratio));
}

parcel stochastic_gradient_push::offer(peer_state& state, index receiver, double share) const {
  if (!running_) {
    block_builder part{state.model.size(), state.model.kind(), contents::unset};
    assign_sum(part, state.all(), {{share, state.model}});
    return {{block::freeze(std::move(part))}, {share * state.mass}};
  }
  edge_account& account = account_with(state, receiver);
  open(account.sent, state.model.size());
  assign_sum(account.sent, state.all(), {{1, account.sent}, {share, state.model}});
  account.sent_mass += share * state.mass;
  ++account.sent_count;
  return {{frozen_copy(account.sent)},
          {account.sent_mass, static_cast<double>(account.sent_count)}};
}

void stochastic_gradient_push::combine(peer_state& state, double self,
                                       std::span<const arrival> arrived) const {
  assign_sum(state.model, state.all(), {{self, state.model}});
  state.mass *= self;
  for (const arrival& heard : arrived)
    if (running_) {
      take(state, heard);
    } else {
      assign_sum(state.model, state.all(), {{1, state.model}, {1, heard.content.vectors.at(0)}});
      state.mass += heard.content.numbers.at(0);
    }
  ++state.steps;
}

}  // namespace echelon::merging
