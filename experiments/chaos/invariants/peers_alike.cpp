#include "experiments/chaos/invariants/peers_alike.hpp"

#include <fmt/format.h>

#include "actors/peers/peering.hpp"

namespace echelon::experiments::chaos {
namespace {

/// Whether the last thing that all of them do is to take the mean of everybody's models.
bool ends_alike(const actors::training_setup& setup) {
  const actors::peering& plan = *setup.peers;
  if (!plan.mixes || plan.mixes->traits().with != merging::exchange::everyone)
    return false;
  random_stream unused{1, "alike"};
  if (plan.mixes->traits().slots > 0)  // gradients alone: models that began alike stay so
    return !plan.different_starts && plan.pretrain_epochs == 0;
  return plan.mixes->mixes(setup.rounds * plan.steps.front() - 1, unused);
}

}  // namespace

peers_alike::peers_alike(const promises& made)
    : promised_(made.setup().faults.empty() && ends_alike(made.setup())) {}

std::string peers_alike::observe(const event& what) {
  const auto* ended = std::get_if<run_ended>(&what);
  if (!promised_ || ended == nullptr || ended->summary.status != actors::run_status::done)
    return {};
  for (std::size_t peer = 1; peer < ended->peers.size(); ++peer)
    if (ended->peers[peer].hash() != ended->peers[0].hash())
      return fmt::format("peer/{} ends with other bytes than peer/0, though all take the same mean",
                         peer);
  return {};
}

}  // namespace echelon::experiments::chaos
