#include <cmath>
#include <map>

#include <fmt/format.h>

#include "experiments/testkit/laws.hpp"

namespace echelon::testkit {
namespace {

using namespace transmission;

constexpr index rounds = 40;
constexpr delay_context around{.workers = 6, .edges = 2, .seed = 11};

bool is_time(seconds what) { return std::isfinite(what.count()) && what >= seconds{0}; }

/// All answers about one node in one round.
struct answers {
  seconds one, many, up, down;
  bool slow;

  bool operator==(const answers&) const = default;
};

answers ask(const delay_model& model, node_id node, index round) {
  const bool computes = node.kind == role::worker;
  return {computes ? model.compute(node, round, 1) : seconds{0},
          computes ? model.compute(node, round, 7) : seconds{0},
          model.link(node, round, direction::up), model.link(node, round, direction::down),
          model.slow(node, round)};
}

}  // namespace

broken_laws laws_of_delays(const delay_catalogue& known, std::string_view name,
                           const value_table& settings) {
  broken_laws found;
  const auto once = known.make(name, settings, "delays", around);
  const auto again = known.make(name, settings, "delays", around);
  if (!found.require(once && again, "it can be made", [&] { return once.error().detail; }))
    return found;
  std::vector<node_id> nodes;
  for (std::int32_t worker = 0; worker < around.workers; ++worker)
    nodes.push_back({role::worker, worker});
  for (std::int32_t edge = 0; edge < around.edges; ++edge)
    nodes.push_back({role::edge, edge});
  std::map<std::pair<node_id, index>, answers> told;
  for (const node_id node : nodes)
    for (index round = 1; round <= rounds; ++round)
      told.emplace(std::pair{node, round}, ask(**once, node, round));
  // In another order: whoever walks a state along would answer differently.
  for (index round = rounds; round >= 1; --round)
    for (const node_id node : nodes) {
      const answers& first = told.at({node, round});
      const auto here = [&] { return fmt::format("{} in round {}", to_string(node), round); };
      found.require(is_time(first.one) && is_time(first.many) && is_time(first.up) &&
                        is_time(first.down),
                    "times are finite and not negative", here);
      found.require(ask(**again, node, round) == first,
                    "answers depend on seed, node and round alone", here);
      found.require(std::abs((first.many - 7 * first.one).count()) <= 1e-9 * first.many.count(),
                    "computing takes time in proportion to the load", here);
    }
  return found;
}

}  // namespace echelon::testkit
