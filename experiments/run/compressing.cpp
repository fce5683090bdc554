#include "experiments/run/compressing.hpp"

#include <algorithm>

#include "algorithms/compression/codecs/index_codecs.hpp"
#include "experiments/run/hops.hpp"
#include "experiments/run/make_policy.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;
using compression::budget_manager;
using compression::segment;

/// The model's parameters as one vector or tensor by tensor; its statistics are never compressed.
std::vector<segment> segments_of(const training_setup& setup, bool by_tensor) {
  const learning::model& model = *setup.model;
  std::vector<segment> segments;
  if (by_tensor)
    for (const learning::tensor_spec& tensor : model.tensors()) {
      if (tensor.offset >= model.parameter_count())
        continue;
      const index size = tensor.size();
      const index rows = tensor.shape.empty() ? size : tensor.shape.front();
      segments.push_back({size, rows, rows > 0 ? size / rows : 0, false});
    }
  else
    segments.push_back(
        {.size = model.parameter_count(), .rows = model.parameter_count(), .columns = 1});
  if (model.buffer_count() > 0)
    segments.push_back({.size = model.buffer_count(), .dense = true});
  return segments;
}

compression::message_cost cost_of(const parameters& given, index length,
                                  const compression::packing& packs) {
  if (given.text("budget_unit") == "coordinates")
    return compression::message_cost{length};
  return {length, [length, packs](std::int64_t count) {
            return compression::message_bits(count, length, packs.values, packs.codec);
          }};
}

/// What needs one owner for each message: feedback, and lossy messages at all.
result<void> check_owners(const training_setup& setup, const scenario& built) {
  const parameters& given = built.section("compression");
  const bool plain = setup.plan.policy == "uncoded" || setup.plan.policy == "ignore-stragglers";
  // Rounded values are lossy, too, where feedback is to make up for it.
  const bool chosen = built.policy("compression").name != "none";
  const std::string_view section = chosen ? "compression" : "compression.feedback";
  if (!plain)
    return built.section(section).refuse(
        chosen ? "policy" : "kind",
        "\"{}\" beside coding.policy = \"{}\": what a message leaves out would be lost or counted "
        "twice where answers are cancelled or mixed; it must be \"none\", or the code \"uncoded\"",
        built.policy(section).name, setup.plan.policy);
  if (setup.plan.parts != std::ssize(setup.plan.work))
    return given.refuse("policy", "needs one part for each worker; coding.parts must be left out");
  if (!setup.gradients)
    return given.refuse("policy", "what it sends depends on the gradients; runtime.gradients must "
                                  "be \"real\"");
  if (setup.model->kind() != precision::single)
    return given.refuse("policy",
                        "messages hold 32-bit values; runtime.precision must be \"float\"");
  if (given.has("vector") && given.text("vector") == "gradient" && setup.sends_changes())
    return given.refuse("vector", "\"gradient\", but after local steps workers have changes of the "
                                  "model to send; it must be \"delta\"");
  return {};
}

result<void> check_accumulating(const training_setup& setup, const scenario& built,
                                const compression::feedback& feedback) {
  const std::string& world = built.section("runtime").text("world");
  const bool steady = world == "simulated" || world == "local";
  const bool alone = setup.topology.is_star() && setup.plan.policy == "uncoded" &&
                     setup.levels.participation == 1;
  if (!feedback.server_accumulates() || (steady && alone))
    return {};
  return built.section("compression.feedback")
      .refuse("kind",
              "\"{}\" keeps a sum at the server that needs every worker in every round; the "
              "topology must be a star, the code \"uncoded\", hierarchy.participation 1 and "
              "runtime.world one that nobody leaves, \"simulated\" or \"local\"",
              built.policy("compression.feedback").name);
}

/// Budgets are kept by seat, so that who has how much data must not change.
result<void> check_shares(const scenario& built) {
  const std::string& ratios = built.policy("compression.ratios").name;
  if (ratios == "uniform" || built.section("hierarchy").text("regroup") == "never")
    return {};
  return built.section("compression.ratios")
      .refuse("kind",
              "\"{}\" shares out by what each sender has, which hierarchy.regroup changes every "
              "round; it must be \"uniform\", or regroup \"never\"",
              ratios);
}

struct tools {
  compression::compressor_ptr compressor;
  compression::feedback_ptr feedback;
  compression::ratio_policy_ptr ratios;
};

result<void> add_budget(training_setup& setup, const scenario& built, const tools& with,
                        node_id parent, const hop_terms& one, const compression::packing& packs) {
  const parameters& given = built.section("compression");
  compression::budget_terms terms{
      .volumes = volumes_of(setup, senders_of(setup, parent)),
      .budget = one.budget,
      .cost = cost_of(given, setup.model->parameter_count(), packs),
      .kind = with.compressor->kind(),
      .rounds = setup.rounds *
                (parent.kind == role::edge
                     ? actors::exchanges_in_round(setup, setup.topology.children(parent).front())
                     : 1)};
  if (given.has("threshold"))
    terms.threshold = given.number("threshold");
  auto manager = budget_manager::make(with.ratios, std::move(terms));
  if (!manager)
    return std::unexpected(built.located(manager.error(), "compression.ratios"));
  setup.budgets[parent] = std::make_shared<const budget_manager>(*std::move(manager));
  return {};
}

/// Every node that decodes shares out what its children may send.
result<void> set_budgets(training_setup& setup, const scenario& built, const tools& with,
                         const compression::packing& packs, const hops_upwards& hops) {
  std::vector<node_id> parents{{role::coordinator, 0}};
  for (std::int32_t edge = 0; !setup.plan.relayed() && edge < setup.topology.edges(); ++edge)
    parents.push_back({role::edge, edge});
  for (const node_id parent : parents) {
    const bool of_workers = senders_of(setup, parent).front().kind == role::worker;
    const hop_terms& one = of_workers ? hops.up : hops.edge_up;
    if (one.packs)
      ECHELON_CHECK(add_budget(setup, built, with, parent, one, packs));
  }
  return {};
}

result<std::shared_ptr<const compression::packer>>
make_packer(const training_setup& setup, const scenario& built, const tools& with) {
  const bool by_tensor = built.section("compression").text("scope") == "tensor";
  auto made = compression::packer::make(with.compressor, with.feedback,
                                        segments_of(setup, by_tensor));
  if (!made)
    return std::unexpected(built.located(made.error(), "compression.feedback"));
  return std::make_shared<const compression::packer>(*std::move(made));
}

}  // namespace

result<void> set_compression(training_setup& setup, const scenario& built,
                             const policy_catalogues& policies) {
  const parameters& given = built.section("compression");
  const bool chosen = built.policy("compression").name != "none";
  if (!chosen && (setup.values == compression::wire_format::full || !setup.gradients))
    return {};
  const bool lossy = chosen || built.policy("compression.feedback").name != "none";
  const compression::packing packs{.values = setup.values, .codec = given.text("codec")};
  tools with;
  ECHELON_TRY(with.compressor, make_policy(built, "compression", policies.compressors, packs));
  ECHELON_TRY(with.feedback, make_policy(built, "compression.feedback", policies.feedbacks));
  ECHELON_TRY(with.ratios, make_policy(built, "compression.ratios", policies.ratios));
  ECHELON_TRY(const hops_upwards hops, hops_of(setup, given));
  if (lossy)
    ECHELON_CHECK(check_owners(setup, built));
  if (setup.control_variates)
    return given.refuse(lossy ? "policy" : "values",
                        "packed messages carry no control variates; this must be left out, or "
                        "optimizer.correction be \"none\"");
  setup.packs_means = lossy;
  ECHELON_TRY(const auto packer, make_packer(setup, built, with));
  setup.worker_packer = hops.up.packs ? packer : nullptr;
  setup.edge_packer = hops.edge_up.packs ? packer : nullptr;
  if (!lossy)
    return {};
  ECHELON_CHECK(check_accumulating(setup, built, *with.feedback));
  ECHELON_CHECK(check_shares(built));
  return set_budgets(setup, built, with, packs, hops);
}

}  // namespace echelon::experiments
