#include "experiments/plan/peer_plan.hpp"

#include <algorithm>

#include "actors/peers/peering.hpp"
#include "algorithms/merging/mixing/pairings.hpp"

namespace echelon::experiments {
namespace {

using merging::exchange;
using merging::merge_traffic;
using merging::peer_network;

/// Wider gaps need no help.
constexpr double gap_enough = 0.5;
/// Steps, or rounds of pairs, over which draws are averaged.
constexpr index draws = 1000;

/// Those of the busiest peer; the others keep pace.
double steps_per_epoch(const actors::training_setup& setup) {
  index most = 1;
  for (const auto& rows : setup.parts)
    if (setup.batch > 0)
      most = std::max(most, (std::ssize(rows) + setup.batch - 1) / setup.batch);
  return static_cast<double>(most);
}

/// Of the steps, those after which peers exchange.
double mixing_share(const merging::mixing_rule& rule, std::uint64_t seed) {
  random_stream random{seed, "plan.mixing"};
  index mixing = 0;
  for (index step = 0; step < draws; ++step)
    mixing += rule.mixes(step, random) ? 1 : 0;
  return static_cast<double>(mixing) / static_cast<double>(draws);
}

double exchanges_per_epoch(const scenario& built, const actors::training_setup& setup,
                           const actors::peering& rules) {
  const double steps = steps_per_epoch(setup);
  if (rules.mixes)
    return steps * mixing_share(*rules.mixes, setup.seed);
  const parameters& merging = built.section("merging");
  const auto every_steps = static_cast<double>(merging.integer("every_steps"));
  return every_steps > 0 ? steps / every_steps : 1 / static_cast<double>(merging.integer("every"));
}

/// Models go with their buffers. Neighbours who answer with a gradient send as much again.
double bytes_of_message(const actors::training_setup& setup, const actors::peering& rules) {
  const learning::model& model = *setup.model;
  const index numbers = model.parameter_count() + model.buffer_count();
  const merging::mixing_traits traits = rules.mixes ? rules.mixes->traits()
                                                    : merging::mixing_traits{};
  const double sent = merging::message_bytes(traits, numbers, model.kind());
  return traits.crossed ? 2 * sent : sent;
}

/// In one exchange, by all peers together.
double messages_of(const peer_network& network, exchange with, double along_links,
                   std::uint64_t seed) {
  const auto peers = static_cast<double>(network.peers());
  if (with == exchange::neighbours)
    return along_links;
  if (with == exchange::everyone)
    return peers * (peers - 1);
  random_stream random{seed, "plan.pairs"};
  double messages = 0;
  for (index draw = 0; draw < draws; ++draw)
    messages += 2 * static_cast<double>(
                        std::ssize(merging::draw_pairs(with, network.graph(draw), random)));
  return messages / static_cast<double>(draws);
}

merging::repair_proposal repair_of(const peer_network& network, double gap) {
  if (gap >= gap_enough || network.period() > 1)
    return {};
  const std::vector<bool> all(slot(network.peers()), true);
  return merging::propose_repair(network.graph(0), all, std::min(gap_enough, 2 * gap));
}

}  // namespace

peer_plan plan_peers(const scenario& built, const actors::training_setup& setup) {
  const actors::peering& rules = *setup.peers;
  const peer_network& network = rules.network;
  peer_plan planned{.graph = built.policy("topology.graph").name,
                    .weights = built.policy("topology.weights").name,
                    .policy = built.policy("merging").name,
                    .with = rules.mixes ? rules.mixes->traits().with : exchange::neighbours,
                    .links = network.all_links().edges()};
  planned.traffic = {bytes_of_message(setup, rules), exchanges_per_epoch(built, setup, rules)};
  merging::topology_report& report = planned.report;
  report = merging::examine(network, planned.traffic);
  report.messages_per_round = messages_of(network, planned.with, report.messages_per_round,
                                          setup.seed);
  report.bytes_per_epoch = report.messages_per_round * planned.traffic.message_bytes *
                           planned.traffic.rounds_per_epoch;
  planned.repair = repair_of(network, report.spectral_gap);
  return planned;
}

}  // namespace echelon::experiments
