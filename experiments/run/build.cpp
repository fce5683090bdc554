#include "experiments/run/build.hpp"

#include "experiments/run/coding_choice.hpp"
#include "experiments/run/compressing.hpp"
#include "experiments/run/deal.hpp"
#include "experiments/run/distrust.hpp"
#include "experiments/run/levels.hpp"
#include "experiments/run/make_policy.hpp"
#include "experiments/run/peers.hpp"
#include "experiments/run/probing.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;

result<void> set_plan(training_setup& setup, const scenario& built,
                      const coding::code_catalogue& codes) {
  const parameters& coding = built.section("coding");
  const policy_choice& chosen = built.policy("coding");
  ECHELON_TRY(const coding::plan_choice choice, coding_choice(built));
  auto plan = coding::make_plan(setup.topology, codes, choice);
  if (!plan)
    return std::unexpected(built.located(plan.error(), chosen.section));
  setup.plan = *std::move(plan);
  setup.choice = choice;
  if (setup.plan.root_code->foresees() && !built.simulated())
    return coding.refuse("policy",
                         "\"{}\" foresees delays, which only runtime.world = \"simulated\" allows; "
                         "it must be another one",
                         chosen.name);
  setup.grace = seconds{coding.number("grace_s")};
  return {};
}

void set_run(training_setup& setup, const scenario& built) {
  const parameters& run = built.section("scenario");
  const parameters& runtime = built.section("runtime");
  setup.rounds = run.integer("rounds");
  setup.evaluate_every = run.integer("evaluate_every");
  if (run.has("target_accuracy"))
    setup.target_accuracy = run.number("target_accuracy");
  if (run.has("time_limit_s"))
    setup.time_limit = seconds{run.number("time_limit_s")};
  setup.seed = built.seed();
  setup.init_seed = built.seed("init_seed");
  setup.data_seed = built.seed("data_seed");
  setup.delay_seed = built.seed("delay_seed");
  setup.checkpoint_every = runtime.integer("checkpoint_every");
  setup.gradients = runtime.text("gradients") == "real";
  setup.seeded_interleaving = runtime.text("interleaving") == "seeded";
}

result<void> set_optimisers(training_setup& setup, const scenario& built,
                            const policy_catalogues& policies) {
  const parameters& optimizer = built.section("optimizer");
  setup.rate = optimizer.number("rate");
  setup.clip = optimizer.number("clip");
  setup.batch = optimizer.integer("batch");
  setup.local_steps = optimizer.integer("local_steps");
  setup.server_rate = built.section("optimizer.server").number("rate");
  ECHELON_TRY(setup.optimiser, make_policy(built, "optimizer", policies.optimisers));
  ECHELON_TRY(setup.server, make_policy(built, "optimizer.server", policies.servers));
  ECHELON_TRY(setup.schedule, make_policy(built, "optimizer.schedule", policies.schedules));
  return {};
}

result<void> set_delays(training_setup& setup, const scenario& built,
                        const transmission::delay_catalogue& delays) {
  const transmission::delay_context context{.workers = setup.topology.workers(),
                                            .edges = setup.topology.edges(),
                                            .seed = setup.delay_seed};
  ECHELON_TRY(setup.delays, make_policy(built, "delays", delays, context));
  ECHELON_TRY(setup.links, transmission::make_links(built.section("links")));
  return {};
}

result<void> set_data(training_setup& setup, const scenario& built,
                      const learning::data_source_catalogue& sources) {
  const parameters& data = built.section("data");
  ECHELON_TRY(const auto source, make_policy(built, "data", sources));
  auto loaded = source->load();
  if (!loaded) {
    error wrong = std::move(loaded).error();
    if (data.has("path"))
      wrong.detail.insert(0, "data.path: ");
    return std::unexpected(built.located(std::move(wrong), "data"));
  }
  ECHELON_TRY(setup.data,
              learning::prepare(*std::move(loaded), {.limit = data.integer("limit"),
                                                     .scale = data.text("scale"),
                                                     .test_fraction = data.number("test_fraction"),
                                                     .shuffled = data.text("split") == "shuffled",
                                                     .split_seed = static_cast<std::uint64_t>(
                                                         data.integer("split_seed"))}));
  if (setup.target_accuracy && setup.data.train->classes == 0)
    return built.section("scenario")
        .refuse("target_accuracy", "{} is without classes and has no accuracy; leave this out",
                setup.data.train->name);
  return {};
}

result<void> set_model(training_setup& setup, const scenario& built,
                       const learning::model_catalogue& models) {
  const parameters& runtime = built.section("runtime");
  const learning::model_context context{
      .input = setup.data.train->shape,
      .classes = setup.data.train->classes,
      .kind = runtime.text("precision") == "float" ? precision::single : precision::double_,
      .math = runtime.text("math") == "native" ? learning::math_mode::native
                                               : learning::math_mode::portable};
  ECHELON_TRY(setup.model, make_policy(built, "model", models, context));
  return {};
}

/// Training without rounds has no plan that could follow who comes and goes.
result<void> check_departures(const training_setup& setup, const scenario& built) {
  if (!setup.plan.root_code->updates() || !setup.faults.moves_nodes())
    return {};
  return built.faults().front().given.refuse(
      "kind",
      "nodes that end or are cut off for longer than cluster.peer_timeout_s need rounds, and "
      "coding.policy = \"{}\" has none; leave such faults out, or choose another policy",
      setup.plan.policy);
}

/// A scenario ends nobody who is real.
result<void> check_world(const faults::scheduled_fault& one, nanoseconds peer_timeout,
                         const section_entry& entry, const scenario& built) {
  if (built.simulated() ||
      (faults::fatal_after(one, peer_timeout) == faults::never && !one.what->pauses()))
    return {};
  return entry.given.refuse(
      "kind",
      "\"{}\" ends, stops or cuts off a node, which needs runtime.world = \"simulated\"; in "
      "\"{}\", kill or stop the process itself, or cut its links with echelon_proxy",
      one.kind, built.section("runtime").text("world"));
}

result<void> set_faults(training_setup& setup, const scenario& built,
                        const faults::fault_catalogue& known) {
  setup.faults.peer_timeout = to_nanoseconds(
      seconds{built.section("cluster").number("peer_timeout_s")});
  for (const section_entry& entry : built.faults()) {
    const policy_choice& chosen = entry.chosen;
    ECHELON_TRY(const auto what, known.make(chosen.name, chosen.settings, chosen.section));
    ECHELON_TRY(
        auto one,
        built.policy("topology").name == "peers"
            ? faults::schedule_peer_fault(entry.given, chosen.name, what, setup.topology.workers())
            : faults::schedule_fault(entry.given, chosen.name, what, setup.topology));
    ECHELON_CHECK(check_world(one, setup.faults.peer_timeout, entry, built));
    setup.faults.faults.push_back(std::move(one));
  }
  return check_departures(setup, built);
}

/// Replaces the scenario's own plan where a planner is to choose.
result<void> set_planned(training_setup& setup, const scenario& built,
                         const policy_catalogues& policies, const step_notice& notice) {
  const parameters& coding = built.section("coding");
  if (coding.text("plan") == "none") {
    if (coding.integer("replan_every") > 0)
      return coding.refuse(
          "replan_every",
          "{} asks a planner again, and there is none; it must be 0, or coding.plan "
          "\"jncss\" or \"auto\"",
          coding.integer("replan_every"));
    return {};
  }
  ECHELON_TRY(const coding_plan planned, plan_coding(built, setup, policies.codes, notice));
  setup.plan = planned.plan;
  setup.choice = planned.answer.chosen.choice;
  set_replanner(setup, built, planned, policies.codes);
  return {};
}

/// All that planners look at.
result<void> set_cluster(training_setup& setup, const scenario& built,
                         const policy_catalogues& policies) {
  set_run(setup, built);
  ECHELON_TRY(setup.topology, topology_of(built));
  ECHELON_CHECK(set_delays(setup, built, policies.delays));
  ECHELON_CHECK(set_data(setup, built, policies.sources));
  return set_model(setup, built, policies.models);
}

/// What cannot be where several workers must agree on the gradient of a part.
result<void> check_replicas(const training_setup& setup, const scenario& built) {
  if (!replicates(setup.plan))
    return {};
  if (setup.local_steps > 1)
    return built.section("optimizer")
        .refuse("local_steps",
                "{} cannot be combined with coding.policy = \"{}\", whose workers must agree on "
                "every gradient; it must be 1, or the policy \"uncoded\"",
                setup.local_steps, setup.plan.policy);
  if (setup.model->couples_samples())
    return built.section("model").refuse(
        "kind",
        "\"{}\" has batch norm, so the gradients of parts do not add up as coding.policy = \"{}\" "
        "needs; the policy must be \"uncoded\", or the model one without batch norm",
        built.policy("model").name, setup.plan.policy);
  return {};
}

compression::wire_format wire_format_of(const scenario& built) {
  return compression::wire_format_named(built.section("compression").text("values")).value();
}

result<void> set_values(training_setup& setup, const scenario& built) {
  const parameters& given = built.section("compression");
  const std::string name = given.text("values");
  setup.values = wire_format_of(built);
  const double worst = setup.plan.amplification_worst();
  const double allowed = compression::amplification_max(setup.values);
  if (worst > allowed)
    return given.refuse(
        "values",
        "\"{}\" rounds messages too coarsely for coding.policy = \"{}\", which amplifies noise "
        "up to {:.3g} times, more than {}; it must be \"fp32\", or the code one of plain sums "
        "such as \"fractional-repetition\"",
        name, setup.plan.policy, worst, allowed);
  return {};
}

/// The most children a node has.
index children_most(const tree& topology) {
  index most = std::ssize(topology.children({role::coordinator, 0}));
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge)
    most = std::max(most, std::ssize(topology.children({role::edge, edge})));
  return most;
}

result<void> set_uplinks(training_setup& setup, const scenario& built,
                         const transmission::uplink_catalogue& policies) {
  const parameters& given = built.section("transmission");
  const learning::model& model = *setup.model;
  const auto values = static_cast<double>(model.parameter_count() + model.buffer_count());
  const transmission::uplink_surroundings around{
      .links = setup.links,
      .gradient_bits = 8 * values *
                       static_cast<double>(
                           compression::bytes_each(wire_format_of(built), model.kind())),
      .seed = setup.delay_seed,
      .senders = children_most(setup.topology)};
  ECHELON_TRY(setup.uplinks, transmission::make_uplinks(
                                 given, around, [&](const transmission::uplink_context& context) {
                                   return make_policy(built, "transmission", policies, context);
                                 }));
  if (setup.uplinks.slots(role::edge) && setup.topology.is_star())
    return given.refuse("channels", "are at edges, and a star has none; \"at\" must be "
                                    "\"coordinator\", or the topology a tree");
  if (setup.uplinks.arrivals && setup.gradients)
    return given.refuse("arrivals", "stand for gradients that are not computed; "
                                    "runtime.gradients must be \"none\" beside them");
  return {};
}

}  // namespace

result<tree> topology_of(const scenario& built) {
  const parameters& topology = built.section("topology");
  if (topology.text("kind") == "star")
    return tree::star(topology.integer("workers"));
  if (topology.text("kind") == "peers")
    return tree::star(topology.integer("peers"));
  return tree::from_edges(topology.at("edges"));
}

result<actors::training_setup_ptr> build(const scenario& built, const policy_catalogues& policies,
                                         const step_notice& notice, const build_options& options) {
  const auto tell = [&notice](std::string_view step) {
    if (notice)
      notice(step);
  };
  auto setup = std::make_shared<training_setup>();
  set_run(*setup, built);
  ECHELON_CHECK(set_optimisers(*setup, built, policies));
  ECHELON_TRY(setup->topology, topology_of(built));
  ECHELON_CHECK(set_plan(*setup, built, policies.codes));
  ECHELON_CHECK(set_faults(*setup, built, policies.faults));
  ECHELON_CHECK(set_delays(*setup, built, policies.delays));
  if (options.data) {
    setup->data = *options.data;
  } else {
    tell("reading data");
    ECHELON_CHECK(set_data(*setup, built, policies.sources));
  }
  ECHELON_CHECK(set_model(*setup, built, policies.models));
  ECHELON_CHECK(set_uplinks(*setup, built, policies.uplinks));
  ECHELON_CHECK(set_planned(*setup, built, policies, notice));
  setup->choice.parts = setup->plan.parts;
  setup->make_plan = maker_for(built, *setup, policies.codes);
  ECHELON_CHECK(set_levels(*setup, built));
  ECHELON_CHECK(check_replicas(*setup, built));
  ECHELON_CHECK(set_values(*setup, built));
  tell("dealing data to parts");
  ECHELON_TRY(const auto partitioner, make_policy(built, "data.partition", policies.partitioners));
  ECHELON_TRY(setup->parts, deal(*setup, built, *partitioner));
  ECHELON_CHECK(set_groups(*setup, built, policies));
  ECHELON_CHECK(set_compression(*setup, built, policies));
  ECHELON_CHECK(set_probing(*setup, built));
  ECHELON_CHECK(set_peers(*setup, built, policies));
  ECHELON_CHECK(set_distrust(*setup, built, policies));
  return setup;
}

result<coding_plan> plan_code(const scenario& built, const policy_catalogues& policies,
                              const step_notice& notice) {
  training_setup setup;
  ECHELON_CHECK(set_cluster(setup, built, policies));
  return plan_coding(built, setup, policies.codes, notice);
}

result<coding::planning::break_even_map>
map_scenario(const scenario& built, const policy_catalogues& policies, const step_notice& notice) {
  training_setup setup;
  ECHELON_CHECK(set_cluster(setup, built, policies));
  return map_coding(built, setup, policies.codes, notice);
}

}  // namespace echelon::experiments
