#include "experiments/run/hops.hpp"

#include <algorithm>
#include <numeric>

#include "actors/averaging.hpp"
#include "algorithms/compression/ratios/hop_budgets.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;

result<void> check_hops(const parameters& given) {
  const value_table& hops = given.at("hops").table();
  for (const auto& [name, wanted] : hops) {
    if (name == "down" && wanted != value{false})
      return given.refuse("hops", "models go down whole; down must be false, or left out");
    if (name == "split" && wanted != value{"by-cost"})
      return given.refuse("hops", "split = {} is no way to split a budget; it must be \"by-cost\"",
                          wanted.toml());
    if (name != "up" && name != "edge_up" && name != "down" && name != "split")
      return given.refuse("hops", "\"{}\" is no hop; it must be up, edge_up or down", name);
  }
  if (hops.contains("split") && (hops.contains("up") || hops.contains("edge_up")))
    return given.refuse("hops", "split gives both hops their budgets; up and edge_up must be left "
                                "out");
  return {};
}

result<hop_terms> hop_named(const parameters& given, std::string_view name) {
  hop_terms one{.budget = given.number("budget")};
  const value_table& hops = given.at("hops").table();
  const auto set = hops.find(name);
  if (set == hops.end())
    return one;
  const value& wanted = set->second;
  if (wanted.is_flag())
    one.packs = wanted.flag();
  else if (wanted.is_number() && wanted.number() > 0)
    one.budget = wanted.number();
  else
    return given.refuse("hops", "{} = {} is neither a budget above 0, true nor false", name,
                        wanted.toml());
  return one;
}

/// Seconds that whole vectors of a sender take of its links in one round of the coordinator.
double price_of(const training_setup& setup, node_id sender) {
  using transmission::direction;
  const std::int64_t bytes = setup.exchanged() *
                             static_cast<std::int64_t>(bytes_of(setup.model->kind()));
  nanoseconds taken = setup.links.cost(sender.kind, direction::up).transfer(bytes);
  const role parent = setup.topology.parent(sender).kind;
  if (const auto shared = setup.links.medium(parent, direction::up))
    taken += transmission::link_cost{.bandwidth_bps = shared->bandwidth_bps}.transfer(bytes);
  return to_seconds(taken).count() * static_cast<double>(exchanges_in_round(setup, sender));
}

compression::hop hop_from(const training_setup& setup, role kind, index count) {
  std::vector<node_id> senders;
  for (std::int32_t number = 0; number < count; ++number)
    senders.push_back({kind, number});
  compression::hop one{.weights = volumes_of(setup, senders), .divergences = {}, .price = 0};
  const double all = std::accumulate(one.weights.begin(), one.weights.end(), 0.0);
  for (double& weight : one.weights)
    weight /= all;
  for (const node_id sender : senders)
    one.price += price_of(setup, sender) / static_cast<double>(count);
  return one;
}

result<hops_upwards> split_by_cost(const training_setup& setup, const parameters& given) {
  if (setup.topology.is_star() || setup.plan.relayed())
    return given.refuse("hops",
                        "split = \"by-cost\", but there is one hop; topology must be a tree "
                        "whose edges add up what comes, or split be left out");
  const compression::hop workers = hop_from(setup, role::worker, setup.topology.workers());
  const compression::hop edges = hop_from(setup, role::edge, setup.topology.edges());
  if (workers.price <= 0 || edges.price <= 0)
    return given.refuse("hops", "split = \"by-cost\" needs links that cost something; near and far "
                                "ones must have a bandwidth_bps upwards");
  const auto budgets = compression::hop_budgets(std::vector{workers, edges},
                                                std::min(given.number("budget"), 1.0));
  return hops_upwards{.up = {.budget = budgets[0]}, .edge_up = {.budget = budgets[1]}};
}

}  // namespace

std::vector<node_id> senders_of(const training_setup& setup, node_id parent) {
  if (!setup.plan.relayed()) {
    const auto children = setup.topology.children(parent);
    return {children.begin(), children.end()};
  }
  std::vector<node_id> workers;
  for (std::int32_t worker = 0; worker < setup.topology.workers(); ++worker)
    workers.push_back({role::worker, worker});
  return workers;
}

std::vector<double> volumes_of(const training_setup& setup, std::span<const node_id> senders) {
  std::vector<double> volumes;
  for (const node_id child : senders) {
    std::vector<index> workers{child.number};
    if (child.kind == role::edge) {
      const auto below = setup.topology.workers_below(child);
      workers.assign(below.begin(), below.end());
    }
    double volume = 0;
    for (const index worker : workers)
      for (const coding::coded_part& own : setup.plan.work[slot(worker)])
        volume += setup.weight_of(setup.levels.data_of(own.part, 1));
    volumes.push_back(volume);
  }
  return volumes;
}

result<hops_upwards> hops_of(const training_setup& setup, const parameters& given) {
  ECHELON_CHECK(check_hops(given));
  if (given.at("hops").table().contains("split"))
    return split_by_cost(setup, given);
  hops_upwards both;
  ECHELON_TRY(both.up, hop_named(given, "up"));
  ECHELON_TRY(both.edge_up, hop_named(given, "edge_up"));
  return both;
}

}  // namespace echelon::experiments
