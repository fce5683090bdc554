#include "experiments/chaos/invariants/peers_mean.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "actors/peers/peer_messages.hpp"
#include "actors/peers/peering.hpp"
#include "algorithms/base/hash.hpp"
#include "algorithms/merging/mixing/consensus_descent.hpp"
#include "algorithms/merging/rules/average.hpp"

namespace echelon::experiments::chaos {
namespace {

/// Below this, steps move no number of a model.
constexpr double no_rate = 1e-200;
/// Rounds after which running sums have gone round graphs of so few peers.
constexpr index rounds_to_settle = 25;

std::vector<double> mean_of(const std::vector<block>& models) {
  std::vector<double> mean(slot(models.front().size()));
  for (const block& model : models)
    with_scalar(model.kind(), [&](auto scalar) {
      const auto numbers = model.as<decltype(scalar)>();
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] += static_cast<double>(numbers[i]) / static_cast<double>(models.size());
    });
  return mean;
}

std::vector<double> mean_at_first(const actors::training_setup& setup) {
  std::vector<block> starts;
  for (index peer = 0; peer < setup.peers->peers(); ++peer)
    starts.push_back(setup.model->initial_state(
        setup.peers->different_starts
            ? hash_combine(setup.init_seed, static_cast<std::uint64_t>(peer) + 1)
            : setup.init_seed));
  return mean_of(starts);
}

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

/// Rules that do nothing at rest but weigh models.
bool weighs_models_alone(const actors::peering& plan) {
  return dynamic_cast<const merging::average*>(plan.merges.get()) != nullptr ||
         dynamic_cast<const merging::combine_first_rule*>(plan.mixes.get()) != nullptr;
}

/// Nobody is counted at one end of an edge alone: everybody stays and tells the truth and, where
/// somebody may be given up, does not stand still meanwhile.
bool edges_agree(const actors::training_setup& setup) {
  const bool waits = setup.peers->patience == seconds{0};
  return std::ranges::none_of(setup.faults.faults, [&](const faults::scheduled_fault& one) {
    const faults::fault& what = *one.what;
    const bool ends = faults::fatal_after(one, setup.faults.peer_timeout) != faults::never;
    return ends || what.mutes() || what.deceives() || babbles(what) || (!waits && what.cuts());
  });
}

}  // namespace

peers_mean::peers_mean(const promises& made) {
  const actors::training_setup& setup = made.setup();
  const actors::peering& plan = *setup.peers;
  const bool synchronous = plan.mode == actors::waiting_for::everyone;
  if (setup.rate > no_rate || plan.pretrain_epochs > 0 || !synchronous)
    return;
  every_step_ = plan.absence->keeps_mean() && weighs_models_alone(plan) && edges_agree(setup) &&
                (!plan.mixes || !plan.mixes->traits().survives_loss);
  in_the_end_ = plan.mixes && plan.mixes->traits().survives_loss && edges_agree(setup);
  patience_ = to_nanoseconds(plan.patience);
  if (every_step_ || in_the_end_)
    mean_ = mean_at_first(setup);
}

/// Whether a word on a model takes so long that the one who waits for it may have given up.
bool peers_mean::comes_late(const event& what) {
  if (const auto* sent = std::get_if<message_sent>(&what))
    sent_ = sent->what.time;
  const auto* due = std::get_if<message_due>(&what);
  return due != nullptr && patience_ > nanoseconds{0} && due->what.time - sent_ >= patience_ &&
         due->what.what.kind ==
             static_cast<std::uint8_t>(actors::peer_message_kind::parcel_verdict);
}

std::string peers_mean::observe(const event& what) {
  every_step_ = every_step_ && !comes_late(what);
  if (const auto* round = std::get_if<round_ended>(&what))
    count(round->record);
  const auto* ended = std::get_if<run_ended>(&what);
  if (!(every_step_ || in_the_end_) || ended == nullptr ||
      ended->summary.status != actors::run_status::done ||
      std::ranges::any_of(ended->peers, &block::empty))
    return {};
  return judge(ended->peers);
}

void peers_mean::count(const actors::round_record& round) {
  if (round.worth.kind != actors::certificate::outcome::exact) {
    calm_rounds_ = 0;
    left_ = 1;
    return;
  }
  ++calm_rounds_;
  if (const auto predicted = round.facts.find("contraction_predicted");
      predicted != round.facts.end())
    left_ *= std::sqrt(predicted->second);
}

std::string peers_mean::judge(const std::vector<block>& peers) const {
  if (every_step_) {
    const double moved = apart(mean_of(peers), mean_);
    const double allowed = peers.front().kind() == precision::single ? 1e-5 : 1e-12;
    return moved <= allowed ? ""
                            : fmt::format("the mean of all models moved by {:.3g}, though every "
                                          "edge counts at both ends or at none",
                                          moved);
  }
  if (calm_rounds_ < rounds_to_settle)
    return {};
  for (std::size_t peer = 0; peer < peers.size(); ++peer)
    if (const double off = apart(mean_of({peers[peer]}), mean_); off > 1e-3 + 10 * left_)
      return fmt::format("peer/{} is {:.3g} away from the mean of all first models after {} rounds "
                         "without loss",
                         peer, off, calm_rounds_);
  return {};
}

}  // namespace echelon::experiments::chaos
