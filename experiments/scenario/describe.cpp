#include "experiments/scenario/describe.hpp"

#include <fmt/ranges.h>

#include "actors/peers/peering.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {

using json = nlohmann::ordered_json;

namespace {

/// The policy and, where there are several, the codes of its layers.
std::string coding_text(const coding::work_plan& plan) {
  if (plan.layers.size() < 2 || plan.layers.front() == plan.policy)
    return plan.policy;
  return fmt::format("{} ({})", plan.policy, fmt::join(plan.layers, " over "));
}

/// Who learns, and how they come together.
std::string cluster_text(const scenario& described, const actors::training_setup& setup) {
  if (described.policy("topology").name == "peers")
    return fmt::format("{} peers ({} of {} edges), {}", setup.topology.workers(),
                       described.policy("topology.graph").name,
                       std::ssize(setup.peers->network.all_links().edges()),
                       described.policy("merging").name);
  const index edges = setup.topology.edges();
  return fmt::format("{} workers{}, {} parts, {}", setup.topology.workers(),
                     edges > 0 ? fmt::format(" under {} edges", edges) : "", setup.plan.parts,
                     coding_text(setup.plan));
}

}  // namespace

json facts_json(const scenario& described, const actors::training_setup& setup) {
  json facts{{"name", described.name()},
             {"world", described.section("runtime").text("world")},
             {"coding", setup.plan.policy},
             {"layers", setup.plan.layers},
             {"stragglers", described.section("coding").integer("stragglers")},
             {"workers", setup.topology.workers()},
             {"edges", setup.topology.edges()},
             {"plan_parts", setup.plan.parts},
             {"data", setup.data.train->name},
             {"train_samples", setup.data.train->count},
             {"test_samples", setup.data.test->count},
             {"classes", setup.data.train->classes},
             {"model", described.policy("model").name},
             {"parameters", setup.model->parameter_count()},
             {"rounds_planned", setup.rounds}};
  if (setup.peers)
    facts.update({{"peers", setup.topology.workers()},
                  {"merging", described.policy("merging").name},
                  {"graph", described.policy("topology.graph").name}});
  return facts;
}

json scenario_json(const scenario& described) {
  json out = json::object();
  for (const std::string& name : described.sections()) {
    json* place = &out;
    std::string_view rest = name;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      place = &(*place)[std::string{rest.substr(0, dot)}];
      rest.remove_prefix(dot + 1);
    }
    (*place)[std::string{rest}] = to_json(value{described.section(name).table()});
  }
  for (const section_entry& fault : described.faults())
    out["faults"].push_back(to_json(value{fault.given.table()}));
  return out;
}

std::string describe(const scenario& described, const actors::training_setup& setup) {
  return fmt::format("{} rounds of {} ({} parameters) on {} ({} train, {} test), {}, {} world",
                     setup.rounds, described.policy("model").name, setup.model->parameter_count(),
                     setup.data.train->name, setup.data.train->count, setup.data.test->count,
                     cluster_text(described, setup), described.section("runtime").text("world"));
}

}  // namespace echelon::experiments
