#include <fmt/format.h>

#include "experiments/chaos/draws.hpp"

namespace echelon::experiments::chaos {
namespace {

/// One peer, or some from the first on.
std::string drawn_span(random_stream& random, index peers) {
  const index one = random.below(peers);
  return random.bernoulli(0.5) || one == 0 ? fmt::format("peer/{}", one)
                                           : fmt::format("peer/0..{}", one);
}

value_table drawn_topology(random_stream& random, const policy_catalogues& policies) {
  value_table topology{{"kind", "peers"},
                       {"peers", 2 + random.below(7)},
                       {"graph", one_of(random, policies.graphs.names())}};
  if (random.bernoulli(0.5))
    topology.emplace("weights", one_of<std::string>(random, {"lazy", "metropolis-hastings"}));
  return topology;
}

/// Half of them merge whole models, mostly by plain averages, which cost least.
std::string drawn_rule(random_stream& random, const policy_catalogues& policies) {
  if (random.bernoulli(0.5))
    return one_of(random, policies.mixing_rules.names());
  return random.bernoulli(0.6) ? "average" : one_of(random, policies.merge_rules.names());
}

value_table drawn_merging(random_stream& random, const policy_catalogues& policies) {
  value_table merging{{"policy", drawn_rule(random, policies)},
                      {"every_steps", 1 + random.below(4)},
                      {"init", one_of<std::string>(random, {"same", "different"})},
                      {"mode", one_of<std::string>(random, {"sync", "sync", "bounded", "async"})}};
  if (merging.at("policy").text() == "sgp")
    merging.emplace("running_sums", random.bernoulli(0.7));
  if (random.bernoulli(0.3))
    merging.emplace("absence", one_of(random, policies.absences.names()));
  if (random.bernoulli(0.6))
    merging.emplace("patience_s", spread(random, 1, 300));
  if (merging.at("mode").text() == "bounded")
    merging.emplace("staleness", 1 + random.below(3));
  return merging;
}

}  // namespace

value draw_peer_fault(random_stream& random, const fault_field& field) {
  const std::string kind = one_of(random, field.kinds());
  value_table fault{{"kind", kind}};
  const index peers = field.topology.workers();
  const auto made = *field.known.make(kind, value_table{}, "faults");
  if (made->where() == faults::place::link) {
    fault.emplace("link", drawn_span(random, peers));
    if (random.bernoulli(0.4))
      fault.emplace("to", drawn_span(random, peers));
    fault.emplace("direction", one_of<std::string>(random, {"both", "up", "down"}));
  } else {
    fault.emplace("node", fmt::format("peer/{}", random.below(peers)));
  }
  for (const parameter& declared : field.known.find(kind)->card.parameters)
    fault.emplace(declared.name, drawn_setting(random, declared, field.round_s));
  draw_times(random, field, false, fault);
  return fault;
}

value draw_peer_scenario(random_stream& random, const policy_catalogues& policies) {
  const value_table topology = drawn_topology(random, policies);
  // At rest, what exchanges keep can be seen; it takes many of them to see what they find.
  const bool rests = random.bernoulli(0.5);
  const value_table merging = drawn_merging(random, policies);
  const bool finds = rests && merging.contains("running_sums");
  const index rounds = finds ? 40 : 2 + random.below(5);
  value_table optimizer{{"batch", 4}, {"rate", rests ? 1e-300 : 0.01}};
  return value_table{
      {"scenario", value_table{{"name", "drawn"},
                               {"rounds", rounds},
                               {"evaluate_every", random.bernoulli(0.3) ? 1 : rounds}}},
      {"runtime",
       value_table{{"precision", rests ? "double" : "float"}, {"interleaving", "seeded"}}},
      {"cluster", value_table{{"peer_timeout_s", one_of<double>(random, {3, 10, 40})}}},
      {"data", value_table{{"source", "glyphs"}, {"samples", 60}}},
      {"model", value_table{{"kind", "mlp"}, {"hidden", value_list{4}}}},
      {"optimizer", std::move(optimizer)},
      {"topology", topology},
      {"merging", merging},
      {"delays", drawn_delays(random)}};
}

}  // namespace echelon::experiments::chaos
