#include "experiments/chaos/drawing.hpp"

#include <cmath>

#include "experiments/chaos/draws.hpp"

namespace echelon::experiments::chaos {

double spread(random_stream& random, double least, double most) {
  return std::exp(random.uniform(std::log(least), std::log(most)));
}

value drawn_setting(random_stream& random, const parameter& declared, double round_s) {
  if (!declared.choices.empty())
    return one_of(random, declared.choices);
  if (declared.kind == value_kind::flag)
    return random.bernoulli(0.5);
  if (declared.kind == value_kind::integer)
    return static_cast<std::int64_t>(spread(random, 1, std::min(1e6, declared.most)));
  if (declared.name == "probability")
    return random.uniform(0.05, 0.6);
  if (declared.name == "factor")
    return declared.least < 0 && random.bernoulli(0.5) ? -spread(random, 2, 100)
                                                       : spread(random, 2, 100);
  if (declared.name.ends_with("_bps"))
    return spread(random, 1e4, 1e8);
  return round_s * spread(random, 0.01, 3);
}

void draw_times(random_stream& random, const fault_field& field, bool for_good,
                value_table& fault) {
  if (random.bernoulli(0.7))
    fault.emplace("at_round", 1 + random.below(field.rounds));
  else
    fault.emplace("at_s", random.uniform() * field.round_s * static_cast<double>(field.rounds));
  if (!for_good && random.bernoulli(0.7))
    fault.emplace("for_s", field.round_s * spread(random, 0.1, 20));
}

value_table drawn_delays(random_stream& random) {
  if (random.bernoulli(0.15))
    return {{"model", "none"}};
  return {{"model", "shifted-exponential"},
          {"worker", value_table{{"compute_shift_s", spread(random, 0.1, 2)},
                                 {"compute_rate_per_s", spread(random, 0.5, 10)},
                                 {"link_s", spread(random, 0.05, 1)},
                                 {"link_loss", random.bernoulli(0.3) ? 0.2 : 0.0}}},
          {"slow", value_table{{"probability", random.uniform(0, 0.3)}, {"factor", 10.0}}}};
}

std::vector<std::string> fault_field::kinds() const {
  std::vector<std::string> all;
  for (const auto& entry : known.entries()) {
    const auto made = *known.make(entry.card.name, value_table{}, "faults");
    const bool suits_peers = made->where() != faults::place::coordinator && made->clock_rate() == 1;
    if (!made->is_of_streams() && (!peers || suits_peers))
      all.push_back(entry.card.name);
  }
  return all;
}

namespace {

node_id drawn_node(random_stream& random, const fault_field& field, faults::place where) {
  if (where == faults::place::coordinator ||
      (where == faults::place::node && random.bernoulli(0.15)))
    return {role::coordinator, 0};
  const tree& topology = field.topology;
  const bool edge = where != faults::place::worker && topology.edges() > 0 && random.bernoulli(0.3);
  const index count = edge ? topology.edges() : topology.workers();
  return {edge ? role::edge : role::worker, static_cast<std::int32_t>(random.below(count))};
}

value draw_fault(random_stream& random, const fault_field& field) {
  const std::string kind = one_of(random, field.kinds());
  const auto made = field.known.make(kind, value_table{}, "faults");
  value_table fault{{"kind", kind}};
  const faults::place where = (*made)->where();
  const node_id node = drawn_node(random, field, where);
  fault.emplace(where == faults::place::link ? "link" : "node", to_string(node));
  if (where == faults::place::link)
    fault.emplace("direction", one_of<std::string>(random, {"both", "up", "down"}));
  for (const parameter& declared : field.known.find(kind)->card.parameters)
    if (declared.name != "resent")  // a tree's links send again
      fault.emplace(declared.name, drawn_setting(random, declared, field.round_s));
  draw_times(random, field, (*made)->kills() && node.kind == role::coordinator, fault);
  return fault;
}

value_table drawn_topology(random_stream& random) {
  if (random.bernoulli(0.5))
    return {{"kind", "star"}, {"workers", 2 + random.below(7)}};
  value_list edges;
  for (index edge = 1 + random.below(3); edge >= 0; --edge) {
    if (random.bernoulli(0.15))
      edges.emplace_back(value_list{1 + random.below(2), 1 + random.below(3)});
    else
      edges.emplace_back(1 + random.below(4));
  }
  return {{"kind", "tree"}, {"edges", std::move(edges)}};
}

value_table drawn_coding(random_stream& random, const policy_catalogues& policies, bool star) {
  if (!star && random.bernoulli(0.5))
    return {{"policy", "hierarchical"},
            {"edge_stragglers", random.below(3)},
            {"worker_stragglers", random.below(3)},
            {"layers", value_list{one_of<std::string>(random, {"polynomial", "frc"}),
                                  one_of<std::string>(random, {"polynomial", "frc"})}}};
  if (star && random.bernoulli(0.15))
    return {{"policy", one_of<std::string>(random, {"cyclic", "polynomial", "frc"})},
            {"stragglers", 1 + random.below(5)},
            {"verify", true},
            {"grace_s", random.uniform() * 30}};
  value_table coding{
      {"policy", random.bernoulli(0.3) ? "uncoded" : one_of(random, policies.codes.names())}};
  if (coding.at("policy").text() != "uncoded")
    coding.emplace("stragglers", random.below(4));
  if (random.bernoulli(0.2))
    coding.emplace("beyond", one_of<std::string>(random, {"least-squares", "reissue"}));
  if (random.bernoulli(0.1))
    coding.emplace("grace_s", random.uniform() * 3);
  return coding;
}

/// Well formed and wrong, from the first round on.
value drawn_lie(random_stream& random, index workers) {
  const auto liar = static_cast<std::int32_t>(random.below(workers));
  return value_table{{"kind", "lie"},
                     {"node", to_string(node_id{role::worker, liar})},
                     {"how", one_of<std::string>(random, {"scaled", "random"})},
                     {"factor", spread(random, 2, 100)}};
}

}  // namespace

value_list draw_faults(random_stream& random, const fault_field& field, index most) {
  value_list drawn;
  if (most == 0)
    return drawn;
  for (index left = 1 + random.below(most); left > 0; --left)
    drawn.push_back(field.peers ? draw_peer_fault(random, field) : draw_fault(random, field));
  return drawn;
}

value draw_scenario(random_stream& random, const policy_catalogues& policies) {
  const value_table topology = drawn_topology(random);
  const bool star = topology.at("kind").text() == "star";
  const index rounds = 2 + random.below(4);
  value_table optimizer{{"kind", one_of<std::string>(random, {"sgd", "sgd", "momentum", "adam"})},
                        {"batch", random.bernoulli(0.5) ? 0 : 4}};
  value_table coding = drawn_coding(random, policies, star);
  value_table all{
      {"scenario", value_table{{"name", "drawn"}, {"rounds", rounds}, {"evaluate_every", rounds}}},
      {"runtime", value_table{{"precision", random.bernoulli(0.7) ? "double" : "float"},
                              {"interleaving", "seeded"},
                              {"checkpoint_every", 1 + random.below(2)}}},
      {"cluster", value_table{{"peer_timeout_s", one_of<double>(random, {3, 10, 40})}}},
      {"data", value_table{{"source", "glyphs"}, {"samples", 60}}},
      {"model", value_table{{"kind", "softmax"}}},
      {"topology", topology},
      {"delays", drawn_delays(random)}};
  if (coding.at("policy").text() == "uncoded" && random.bernoulli(0.4)) {
    optimizer.emplace("local_steps", 2);
    if (!star && random.bernoulli(0.5))
      all.emplace("hierarchy", value_table{{"periods", value_list{4, 2}}});
  }
  if (random.bernoulli(0.25))
    all.emplace("compression", value_table{{"policy", one_of(random, policies.compressors.names())},
                                           {"budget", 0.1},
                                           {"feedback", random.bernoulli(0.7) ? "ef14" : "none"}});
  if (coding.contains("verify") && random.bernoulli(0.7))
    all.emplace("faults", value_list{drawn_lie(random, topology.at("workers").integer())});
  all.emplace("optimizer", std::move(optimizer));
  all.emplace("coding", std::move(coding));
  return all;
}

}  // namespace echelon::experiments::chaos
