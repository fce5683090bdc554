#include "experiments/plan/plan_report.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

using coding::planning::plan_option;
using nlohmann::ordered_json;

/// A terminal shows so many alternatives; JSON shows all.
constexpr std::size_t shown_max = 12;

/// One number where one holds for all.
ordered_json numbers(const std::vector<index>& list) {
  if (list.size() == 1)
    return list.front();
  return list;
}

ordered_json option_json(const plan_option& option) {
  return {{"name", option.name},
          {"policy", option.choice.policy},
          {"layers", option.choice.layers},
          {"edge_stragglers", numbers(option.choice.edge_stragglers)},
          {"worker_stragglers", numbers(option.choice.worker_stragglers)},
          {"stragglers", option.choice.stragglers},
          {"idle_workers", option.choice.idle_workers},
          {"load_parts", option.load_parts},
          {"predicted_mean_s", option.predicted.mean_s},
          {"predicted_p95_s", option.predicted.p95_s},
          {"evaluator", option.drawn ? "drawn rounds" : "exact"}};
}

std::string tolerance_text(const coding::plan_choice& choice) {
  if (choice.policy == "hierarchical")
    return fmt::format("any {} edges, and any {} workers of each other edge",
                       fmt::join(choice.edge_stragglers, "+"),
                       fmt::join(choice.worker_stragglers, "/"));
  if (choice.stragglers > 0)
    return fmt::format("any {} workers", choice.stragglers);
  return choice.policy == "two-stage" ? "whoever falls silent, at the price of time"
                                      : "nobody's absence";
}

std::string nodes_text(const coding_plan& planned) {
  const auto& design = planned.answer.waits_for;
  const index workers = std::ssize(planned.plan.work);
  const index idle = std::ssize(planned.answer.chosen.choice.idle_workers);
  std::string text = fmt::format("{} of {} workers", design.workers.size(), workers);
  if (!design.edges.empty())
    text += fmt::format(" below edges {}", fmt::join(design.edges, ", "));
  return idle > 0 ? fmt::format("{}; {} get no work", text, idle) : text;
}

std::string table_text(const std::vector<plan_option>& options, const std::string& chosen) {
  std::string text = fmt::format("\n  {:<52} {:>6} {:>10} {:>10}\n", "alternatives", "parts",
                                 "mean", "95 %");
  std::size_t shown = 0;
  for (const plan_option& option : options) {
    // The chosen and the plain one are always worth a line.
    if (++shown > shown_max && option.name != chosen && option.name != "uncoded")
      continue;
    text += fmt::format("{} {:<52} {:>6.3g} {:>10} {:>10}{}\n", option.name == chosen ? '*' : ' ',
                        option.name, option.load_parts, seconds_text(option.predicted.mean_s),
                        seconds_text(option.predicted.p95_s), option.drawn ? "  (drawn)" : "");
  }
  return text;
}

}  // namespace

ordered_json plan_json(const coding_plan& planned) {
  const auto& [chosen, waits_for, alternatives, why] = planned.answer;
  ordered_json options = ordered_json::array();
  for (const plan_option& option : alternatives)
    options.push_back(option_json(option));
  return {{"coding",
           {{"plan", planned.mode},
            {"policy", chosen.choice.policy},
            {"layers", planned.plan.layers},
            {"edge_stragglers", numbers(chosen.choice.edge_stragglers)},
            {"worker_stragglers", numbers(chosen.choice.worker_stragglers)},
            {"stragglers", chosen.choice.stragglers},
            {"parts", planned.plan.parts},
            {"load_parts", chosen.load_parts},
            {"surrogate_s", waits_for.surrogate_s},
            {"predicted_mean_s", chosen.predicted.mean_s},
            {"predicted_p95_s", chosen.predicted.p95_s},
            {"bound_s", waits_for.bound_s},
            {"selected_edges", waits_for.edges},
            {"selected_workers", waits_for.workers},
            {"idle_workers", chosen.choice.idle_workers},
            {"alternatives", std::move(options)},
            {"why", why}}}};
}

std::string plan_text(const coding_plan& planned) {
  const auto& [chosen, waits_for, alternatives, why] = planned.answer;
  std::string text = fmt::format("coding, plan = \"{}\": {}\n", planned.mode, chosen.name);
  const auto line = [&text](std::string_view what, const std::string& is) {
    text += fmt::format("  {:<12} {}\n", what, is);
  };
  line("why", why);
  line("survives", tolerance_text(chosen.choice));
  line("load", fmt::format("{:.4g} of {} parts for the busiest worker", chosen.load_parts,
                           planned.plan.parts));
  line("round",
       fmt::format("{} on average, {} in the slowest twentieth{}",
                   seconds_text(chosen.predicted.mean_s), seconds_text(chosen.predicted.p95_s),
                   chosen.drawn ? " (drawn rounds)" : ""));
  line("by means",
       fmt::format("{} (surrogate); waiting for all of the selected takes at most {} "
                   "more",
                   seconds_text(waits_for.surrogate_s), seconds_text(waits_for.bound_s)));
  line("waits for", nodes_text(planned));
  return text + table_text(alternatives, chosen.name);
}

}  // namespace echelon::experiments
