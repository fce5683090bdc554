#include "experiments/plan/scenario_plan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "experiments/plan/peer_report.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

using hierarchy::averaging_option;
using nlohmann::ordered_json;

/// A terminal shows so many senders and options; JSON shows all.
constexpr std::size_t shown_max = 12;

/// Whether there is more to plan than a code.
bool plans_more(const scenario& built) {
  return built.policy("compression").name != "none" || built.section("hierarchy").has("periods") ||
         built.section("optimizer").integer("local_steps") > 1;
}

ordered_json option_json(const averaging_option& option) {
  return {{"periods", option.when.by_level()},
          {"rate", option.rate},
          {"bound", option.error},
          {"steps", option.steps},
          {"communication_s", option.communication_s},
          {"wall_s", option.wall_s}};
}

ordered_json hop_json(const hop_plan& hop) {
  ordered_json senders = ordered_json::array();
  for (const node_id sender : hop.senders)
    senders.push_back(to_string(sender));
  return {{"parent", to_string(hop.parent)},
          {"senders", std::move(senders)},
          {"share", hop.share},
          {"budget", hop.budget},
          {"objective", hop.shares.objective_value},
          {"objective_uniform", hop.shares.objective_uniform}};
}

ordered_json compression_json(const compression_plan& planned) {
  ordered_json nodes = ordered_json::array(), hops = ordered_json::array();
  std::vector<double> ratios, thresholds;
  std::vector<std::int64_t> coordinates;
  for (const hop_plan& hop : planned.hops) {
    hops.push_back(hop_json(hop));
    for (const node_id sender : hop.senders)
      nodes.push_back(to_string(sender));
    std::ranges::copy(hop.shares.ratios, std::back_inserter(ratios));
    std::ranges::copy(hop.shares.thresholds, std::back_inserter(thresholds));
    std::ranges::copy(hop.shares.coordinates, std::back_inserter(coordinates));
  }
  const compression::ratio_plan& first = planned.hops.front().shares;
  return {{"policy", planned.policy},
          {"assignment", planned.ratios},
          {"budget_unit", planned.budget_unit},
          {"nodes", std::move(nodes)},
          {"ratios", ratios},
          {"thresholds", thresholds},
          {"coordinates", coordinates},
          {"objective", first.objective_value},
          {"objective_name", first.objective},
          {"objective_uniform", first.objective_uniform},
          {"hops", std::move(hops)},
          {"gradient_square", planned.gradient_square},
          {"bounds", planned.bounds}};
}

ordered_json averaging_json(const averaging_plan& planned) {
  ordered_json frontier = ordered_json::array();
  for (const averaging_option& option : planned.plan.options)
    frontier.push_back(option_json(option));
  const hierarchy::averaging_task& task = planned.task;
  return {{"periods", planned.own.when.by_level()},
          {"group_periods", planned.own.when.of_groups()},
          {"upward_divergence", planned.apart.upward()},
          {"downward_divergence", planned.apart.downward()},
          {"divergences", planned.apart.by_level},
          {"noise", task.problem.noise},
          {"smoothness", task.problem.smoothness},
          {"gap", task.problem.gap},
          {"gradient_square", planned.gradient_square},
          {"rate", planned.rate},
          {"rate_max", planned.rate_max},
          {"bound", planned.bound.total()},
          {"bound_terms",
           {{"start", planned.bound.start},
            {"noise", planned.bound.noise},
            {"drift", planned.bound.drift_by_level}}},
          {"exchange_s", task.exchange_s},
          {"step_s", task.step_s},
          {"own", option_json(planned.own)},
          {"proposal", option_json(planned.proposal())},
          {"frontier", std::move(frontier)}};
}

void add_line(std::string& text, std::string_view what, const std::string& is) {
  text += fmt::format("  {:<12} {}\n", what, is);
}

/// "(B-refined) 0.12" or up to which rate there would be one.
std::string bounds_text(const std::map<std::string, double>& bounds) {
  std::vector<std::string> parts;
  for (const std::string_view name : {"published", "refined", "absolute"}) {
    const auto bound = bounds.find(fmt::format("bound_{}", name));
    const auto rate = bounds.find(fmt::format("rate_max_{}", name));
    if (bound != bounds.end())
      parts.push_back(fmt::format("{} {:.3g}", name, bound->second));
    else if (rate != bounds.end())
      parts.push_back(fmt::format("{} none at this rate, only up to {:.2g}", name, rate->second));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string senders_table(const hop_plan& hop) {
  const bool thresholds = !hop.shares.thresholds.empty();
  std::string text = fmt::format("\n  {:<16} {:>10} {:>12}{}\n",
                                 fmt::format("into {}", to_string(hop.parent)), "ratio",
                                 "coordinates", thresholds ? "    threshold" : "");
  text += fmt::format("  {:<16} {:>10.4g}\n", "on average", hop.share);
  for (std::size_t i = 0; i < std::min(hop.senders.size(), shown_max); ++i) {
    text += fmt::format("  {:<16} {:>10.4g} {:>12}", to_string(hop.senders[i]),
                        hop.shares.ratios[i], hop.shares.coordinates[i]);
    text += thresholds ? fmt::format(" {:>12.4g}\n", hop.shares.thresholds[i]) : "\n";
  }
  if (hop.senders.size() > shown_max)
    text += fmt::format("  and {} more\n", hop.senders.size() - shown_max);
  return text;
}

std::string compression_text(const compression_plan& planned) {
  std::string text = fmt::format("compression: {}, shared out by {}\n", planned.policy,
                                 planned.ratios);
  const compression::ratio_plan& first = planned.hops.front().shares;
  if (!first.objective.empty())
    add_line(text, "objective",
             fmt::format("{} {:.4g}; {:.4g} had all the same ratio", first.objective,
                         first.objective_value, first.objective_uniform));
  if (!planned.bounds.empty()) {
    add_line(text, "bounds", bounds_text(planned.bounds));
    add_line(text, "measured",
             fmt::format("|gradient|^2 {:.3g} at the first weights", planned.gradient_square));
  }
  for (std::size_t hop = 0; hop < std::min<std::size_t>(planned.hops.size(), 4); ++hop)
    text += senders_table(planned.hops[hop]);
  return text;
}

std::string frontier_row(char mark, const averaging_option& option) {
  return fmt::format("{} {:<20} {:>10.3g} {:>10.3g} {:>14} {:>12}\n", mark,
                     fmt::format("{}", fmt::join(option.when.by_level(), ", ")), option.error,
                     option.rate, seconds_text(option.communication_s),
                     seconds_text(option.wall_s));
}

/// The scenario's own periods and the proposal, and the frontier between, evenly thinned.
std::string frontier_text(const averaging_plan& planned) {
  std::string text = fmt::format("\n  {:<20} {:>10} {:>10} {:>14} {:>12}\n", "periods", "bound",
                                 "at rate", "communication", "with steps");
  text += frontier_row('=', planned.own) + frontier_row('*', planned.proposal());
  const auto& options = planned.plan.options;
  const std::size_t every = (options.size() + shown_max - 1) / shown_max;
  for (std::size_t i = 0; i < options.size(); i += std::max<std::size_t>(every, 1))
    text += frontier_row(' ', options[i]);
  return text + "  = the scenario's own; * proposed: the least bound in the time those take, with "
                "as many steps as fit\n";
}

std::string averaging_text(const averaging_plan& planned) {
  const hierarchy::averaging_task& task = planned.task;
  std::string text = fmt::format("hierarchy: models averaged every {} steps, root first\n",
                                 fmt::join(planned.own.when.by_level(), ", "));
  add_line(text, "divergence",
           fmt::format("upward {:.3g}, downward {:.3g} (estimates of one probe)",
                       planned.apart.upward(), planned.apart.downward()));
  add_line(text, "problem",
           fmt::format("L at least {:.3g}, sigma^2 {:.3g}, f0 - f* at most the first loss {:.3g}",
                       task.problem.smoothness, task.problem.noise, task.problem.gap));
  add_line(text, "bound",
           std::isfinite(planned.bound.total())
               ? fmt::format("(H-M) {:.3g} on the mean of |gradient|^2, a reconstruction; {:.3g} "
                             "at the first weights",
                             planned.bound.total(), planned.gradient_square)
               : fmt::format("none at rate {:g}: (H-M), a reconstruction, needs less than {:.2g}",
                             planned.rate, planned.rate_max));
  std::vector<std::string> hops;
  std::ranges::transform(task.exchange_s, std::back_inserter(hops), seconds_text);
  add_line(text, "exchange",
           fmt::format("{} a level, root first; a step {}", fmt::join(hops, ", "),
                       seconds_text(task.step_s)));
  if (planned.random_groups)
    add_line(text, "groups", "redrawn in the run; the divergences are those of the first ones");
  return text + frontier_text(planned);
}

result<scenario_plan> plan_all(const scenario& built, const policy_catalogues& policies,
                               const step_notice& notice) {
  ECHELON_TRY(const auto setup, build(built, policies, notice));
  ECHELON_TRY(coding_plan coding, plan_coding(built, *setup, policies.codes, notice));
  scenario_plan planned{.coding = std::move(coding)};
  if (!actors::can_probe(*setup))
    return planned;
  if (notice)
    notice("probing gradients");
  const auto scratch = setup->model->make_workspace();
  const actors::model_probe probe = actors::probe_model(
      *setup, setup->model->initial_state(setup->init_seed), 0, *scratch);
  if (!setup->budgets.empty())
    planned.compression = plan_compression(*setup, built, probe);
  auto averages = plan_averaging_of(*setup, built, probe);
  if (!averages)
    return std::unexpected(built.located(averages.error(), "optimizer"));
  planned.hierarchy = *std::move(averages);
  return planned;
}

result<scenario_plan> plan_topology(const scenario& built, const policy_catalogues& policies,
                                    const step_notice& notice) {
  ECHELON_TRY(const auto setup, build(built, policies, notice));
  if (notice)
    notice("examining the topology");
  return scenario_plan{.topology = plan_peers(built, *setup)};
}

}  // namespace

result<scenario_plan> plan_scenario(const scenario& built, const policy_catalogues& policies,
                                    const step_notice& notice) {
  if (built.policy("topology").name == "peers")
    return plan_topology(built, policies, notice);
  if (plans_more(built))
    return plan_all(built, policies, notice);
  ECHELON_TRY(coding_plan coding, plan_code(built, policies, notice));
  return scenario_plan{.coding = std::move(coding)};
}

ordered_json plan_json(const scenario_plan& planned) {
  ordered_json document = planned.coding ? plan_json(*planned.coding) : ordered_json::object();
  if (planned.topology)
    document["topology"] = peers_json(*planned.topology);
  if (planned.compression)
    document["compression"] = compression_json(*planned.compression);
  if (planned.hierarchy)
    document["hierarchy"] = averaging_json(*planned.hierarchy);
  return document;
}

std::string plan_text(const scenario_plan& planned) {
  std::string text = planned.coding ? plan_text(*planned.coding) : "";
  if (planned.topology)
    text += peers_text(*planned.topology);
  if (planned.compression)
    text.append("\n").append(compression_text(*planned.compression));
  if (planned.hierarchy)
    text.append("\n").append(averaging_text(*planned.hierarchy));
  return text;
}

}  // namespace echelon::experiments
