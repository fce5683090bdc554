#include "algorithms/coding/planning/planner.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "algorithms/coding/planning/jncss.hpp"
#include "algorithms/coding/planning/plan_draws.hpp"

namespace echelon::coding::planning {
namespace {

/// Candidates that are judged exactly (specification 5.5), and kept sets that codes are tried on.
constexpr std::size_t judged_max = 20;
constexpr std::size_t kept_max = 3;
constexpr index points_rough = 120;
/// Enough to put the best in order; the chosen one is then predicted on the full grid.
constexpr index points_ranked = 600;
/// The rough grid ends at so many times the best mean known: nothing slower matters.
constexpr double rough_span = 6;
/// Gains below this are no reason to do anything but the plain thing.
constexpr double gain_least = 0.01;

/// Drawn rounds are a sample.
constexpr double drawn_doubt = 1.05;
/// Those of schemes that learn flatter them: the histories are perfect. Early rounds of a run are
/// up to three times slower, and unlucky histories cost more.
constexpr double learning_doubt = 1.5;

void tell(const planning_task& task, std::string_view what) {
  if (task.notice)
    task.notice(what);
}

/// A candidate and its mean on the coarse grid.
struct ranked {
  candidate what;
  double rough_s = 0;
};

void sort_by_time(std::vector<ranked>& all) { std::ranges::stable_sort(all, {}, &ranked::rough_s); }

void sort_by_time(std::vector<plan_option>& all) {
  std::ranges::stable_sort(all, {},
                           [](const plan_option& option) { return option.predicted.mean_s; });
}

plan_option option_of(const candidate& what, const prediction& predicted) {
  return {what.name, what.choice, what.load_parts(), predicted};
}

/// No round with work of this kind ends sooner than somebody computes a part.
double least_part_s(const planned_cluster& known) {
  double least = std::numeric_limits<double>::infinity();
  for (const node_delays& worker : known.workers) {
    double own = worker.rounds.empty() ? worker.law.compute_shift_s : least;
    for (const node_round& round : worker.rounds)
      own = std::min(own, round.part_s);
    least = std::min(least, own);
  }
  return least;
}

/// Parts of the busiest worker of a plan.
double load_of_plan(const work_plan& plan) {
  std::size_t most = 0;
  for (const auto& row : plan.work)
    most = std::max(most, row.size());
  return static_cast<double>(most);
}

scheme loads_of(const planned_cluster& known, const work_plan& plan) {
  scheme how;
  how.edges.resize(slot(known.topology.edges()));
  for (const auto& row : plan.work)
    how.loads.push_back(static_cast<double>(row.size()));
  return how;
}

/// Whether its decoders count answers, no matter whose.
bool counts_answers(std::string_view policy) {
  const auto kind = layer_kind_of(policy);
  return kind == layer_kind::polynomial || kind == layer_kind::uncoded || policy == "cyclic" ||
         policy == "cyclic-mds";
}

/// The layers a hierarchical choice names, if their law is known.
std::optional<layer_pair> layers_of(const plan_choice& choice, bool star) {
  if (choice.policy != "hierarchical" || choice.edge_stragglers.size() != 1 ||
      choice.worker_stragglers.size() != 1 || !choice.worker_capacities.empty() ||
      choice.layers.size() != (star ? 1U : 2U))
    return std::nullopt;
  const auto edges = layer_kind_of(choice.layers.front());
  const auto workers = layer_kind_of(choice.layers.back());
  if (!edges || !workers)
    return std::nullopt;
  return layer_pair{star ? layer_kind::uncoded : *edges, *workers, choice.edge_stragglers.front(),
                    choice.worker_stragglers.front()};
}

kept_workers without(kept_workers kept, const std::vector<index>& idle) {
  for (auto& workers : kept)
    std::erase_if(workers, [&](index worker) { return std::ranges::binary_search(idle, worker); });
  return kept;
}

/// The candidate a choice is, if it is one; its groups are known then.
std::optional<candidate> candidate_of(const planned_cluster& known, index parts,
                                      const plan_choice& choice) {
  const auto maker = candidate_maker::make(known, parts);
  const bool star = known.topology.is_star();
  if (!maker)
    return std::nullopt;
  if (const auto layers = layers_of(choice, star))
    return maker->with(without(maker->everyone(), choice.idle_workers), *layers);
  const auto kind = layer_kind_of(choice.policy);
  if (kind && star)
    return maker->with(maker->everyone(), {{}, *kind, 0, choice.stragglers});
  return std::nullopt;
}

std::string listed(const std::vector<index>& numbers) {
  std::string text;
  for (const index number : numbers) {
    if (!text.empty())
      text += '+';
    text += fmt::to_string(number);
  }
  return text;
}

std::string name_of(const plan_choice& choice) {
  if (choice.policy == "hierarchical")
    return fmt::format("hierarchical ({}, {})", listed(choice.edge_stragglers),
                       listed(choice.worker_stragglers));
  return choice.stragglers > 0 ? fmt::format("{} ({})", choice.policy, choice.stragglers)
                               : choice.policy;
}

/// An answer about one scheme.
planning_answer answer(const planned_cluster& known, plan_option chosen, const scheme& how) {
  planning_answer made{.chosen = std::move(chosen), .waits_for = select(known, how)};
  return made;
}

/// The mean by which an option is chosen.
double doubted_s(const plan_option& option) {
  return option.predicted.mean_s * (option.learns  ? learning_doubt
                                    : option.drawn ? drawn_doubt
                                                   : 1);
}

double gain(const plan_option& from, const plan_option& to) {
  return 1 - to.predicted.mean_s / from.predicted.mean_s;
}

std::string explained(const plan_option& chosen, const plan_option& uncoded, bool nearly) {
  if (chosen.name == uncoded.name)
    return nearly ? fmt::format("coding does not help here: nothing is as much as {:.0f} % faster "
                                "than plain uncoded work",
                                100 * gain_least)
                  : std::string{"coding does not help here: uncoded work is the fastest"};
  const double percent = 100 * gain(uncoded, chosen);
  if (chosen.drawn)
    return fmt::format(
        "{} takes {:.0f} % less time than uncoded work in {} drawn rounds: it reacts to "
        "what happens within a round",
        chosen.name, percent, draws_default);
  if (chosen.choice.idle_workers.empty())
    return fmt::format(
        "{} takes {:.0f} % less time than uncoded work: nobody waits for the slowest, "
        "which is worth {:.3g} parts a worker instead of {:.3g}",
        chosen.name, percent, chosen.load_parts, uncoded.load_parts);
  return fmt::format(
      "{} takes {:.0f} % less time than uncoded work for all: giving the other {} no "
      "work costs less than waiting for them, or than coding round them",
      chosen.name, percent, chosen.choice.idle_workers.size());
}

/// Candidates from a search in three steps: whom to drop, which codes on the best of these sets,
/// and an exact look at the best of all.
class search {
public:
  search(const planning_task& task, const candidate_maker& maker)
      : task_(task), maker_(maker), exact_(task.known), part_s_(least_part_s(task.known)) {}

  result<std::vector<plan_option>> run(const candidate& uncoded) {
    const prediction plain = exact_.predict(uncoded.how);
    best_s_ = best_guess_s(plain);
    const double end_s = rough_span * best_s_;
    rough_grid_ = {end_s / static_cast<double>(points_rough - 1), points_rough};
    auto rough = exact_.on(rough_grid_);
    std::vector<kept_workers> kept = look_at_dropping(rough);
    kept.insert(kept.begin(), maker_.everyone());
    for (const kept_workers& some : kept)
      for (candidate& made : maker_.coded(some))
        add(rough, std::move(made));
    sort_by_time(found_);
    return judge_best(option_of(uncoded, plain));
  }

private:
  /// Some scheme's mean that is not far from the best one.
  double best_guess_s(const prediction& plain) const {
    double best = plain.mean_s;
    for (const index stragglers : {1, 2, 4})
      for (const index of_edges : {0, 1})
        if (const auto made = maker_.with(
                maker_.everyone(), {of_edges > 0 ? layer_kind::repetition : layer_kind::uncoded,
                                    layer_kind::repetition, of_edges, stragglers}))
          best = std::min(best, exact_.predict(made->how, points_rough).mean_s);
    return best;
  }

  /// Looks at a candidate, unless its load alone takes longer than something known.
  std::optional<double> add(grid_evaluator& rough, candidate made) {
    double load = made.load_parts();
    for (const double each : made.how.loads)
      load = each > 0 ? std::min(load, each) : load;
    if (load * part_s_ > best_s_)
      return std::nullopt;
    const double mean = mean_s(rough.done(made.how), rough_grid_);
    best_s_ = std::min(best_s_, mean);
    found_.push_back({std::move(made), mean});
    return mean;
  }

  /// Uncoded work on some of the nodes; returns the best of these sets.
  std::vector<kept_workers> look_at_dropping(grid_evaluator& rough) {
    std::vector<std::pair<double, kept_workers>> sets;
    for (kept_workers& kept : maker_.fastest())
      if (auto made = maker_.with(kept, {}))
        if (const auto time_s = add(rough, *std::move(made)))
          sets.emplace_back(*time_s, std::move(kept));
    std::ranges::stable_sort(sets, {}, &std::pair<double, kept_workers>::first);
    std::vector<kept_workers> best;
    for (auto& [time_s, kept] : sets)
      if (best.size() < kept_max)
        best.push_back(std::move(kept));
    return best;
  }

  /// The best that plans can be made of, with the plain one.
  result<std::vector<plan_option>> judge_best(plan_option plain) {
    ECHELON_CHECK(task_.make(plain.choice));
    std::vector<plan_option> options{std::move(plain)};
    for (const ranked& each : found_) {
      if (options.size() > judged_max)
        break;
      if (task_.make(each.what.choice))
        options.push_back(option_of(each.what, exact_.predict(each.what.how, points_ranked)));
    }
    return options;
  }

  const planning_task& task_;
  const candidate_maker& maker_;
  evaluator exact_;
  double part_s_;      ///< the least time anybody needs for a part
  double best_s_ = 0;  ///< the least mean known
  time_grid rough_grid_;
  std::vector<ranked> found_;
};

}  // namespace

result<planning_answer> plan_by_means(const planning_task& task, layer_kind kind) {
  ECHELON_TRY(const auto pairs, rank_by_means(task.known, task.parts));
  ECHELON_TRY(const auto maker, candidate_maker::make(task.known, task.parts));
  const auto of = [kind](index stragglers) { return stragglers > 0 ? kind : layer_kind::uncoded; };
  for (const ranked_tolerance& pair : pairs) {
    const auto made = maker.with(maker.everyone(),
                                 {of(pair.edge_stragglers), of(pair.worker_stragglers),
                                  pair.edge_stragglers, pair.worker_stragglers});
    if (!made || !task.make(made->choice))
      continue;
    planning_answer found = answer(
        task.known, option_of(*made, evaluator{task.known}.predict(made->how)), made->how);
    found.alternatives = {found.chosen};
    found.why = fmt::format("the latest mean time among the nodes waited for, {:.4g} s, is the "
                            "least of all tolerances; "
                            "plan = \"auto\" would compare whole distributions",
                            pair.surrogate_s);
    return found;
  }
  return fail(
      errc::not_supported,
      "coding.plan: of {} pairs of tolerances none makes a plan; other layers, or \"auto\", "
      "would be right",
      pairs.size());
}

result<planning_answer> plan_by_law(const planning_task& task) {
  ECHELON_TRY(const auto maker, candidate_maker::make(task.known, task.parts));
  const auto uncoded = maker.with(maker.everyone(), {});
  if (!uncoded)
    return fail(errc::bad_input,
                "coding.parts: {} parts leave some of {} workers without work; it must be at least "
                "{}",
                task.parts, task.known.topology.workers(), task.known.topology.workers());
  tell(task, "judging schemes");
  ECHELON_TRY(std::vector<plan_option> options, search(task, maker).run(*uncoded));
  const plan_option plain = options.front();
  for (const plan_choice& choice : task.drawn)
    if (auto judged_so = judge(task, choice))
      options.push_back(std::move(judged_so->chosen));
  sort_by_time(options);
  const auto best = std::ranges::min_element(options, {}, doubted_s);
  const bool nearly = 1 - doubted_s(*best) / plain.predicted.mean_s < gain_least;
  plan_option& chosen = *std::ranges::find(options, nearly ? plain.name : best->name,
                                           &plan_option::name);
  ECHELON_TRY(const planning_answer seen, judge(task, chosen.choice));
  chosen.predicted = seen.chosen.predicted;
  return planning_answer{.chosen = chosen,
                         .waits_for = seen.waits_for,
                         .alternatives = options,
                         .why = explained(chosen, plain, nearly)};
}

result<planning_answer> judge(const planning_task& task, const plan_choice& choice) {
  ECHELON_TRY(const work_plan plan, task.make(choice));
  plan_option seen{.name = name_of(choice), .choice = choice, .load_parts = load_of_plan(plan)};
  scheme how = loads_of(task.known, plan);
  const auto same = candidate_of(task.known, plan.parts, choice);
  if (same) {
    how = same->how;
  } else {
    how.root.stragglers = choice.stragglers;
    how.relayed = plan.relayed();
  }
  seen.drawn = !same && !counts_answers(choice.policy);
  seen.learns = plan.root_code->chooses_at(1);
  if (seen.drawn) {
    tell(task, fmt::format("drawing {} rounds of {}", draws_default, seen.name));
    ECHELON_TRY(const drawn_prediction drawn, predict_by_draws(task.known, plan));
    seen.predicted = drawn.time;
    if (seen.load_parts == 0) {
      // All work is dealt within the round.
      seen.load_parts = drawn.load_parts;
      std::ranges::fill(how.loads, drawn.load_parts);
    }
  } else {
    seen.predicted = evaluator{task.known}.predict(how);
  }
  planning_answer found = answer(task.known, std::move(seen), how);
  found.alternatives = {found.chosen};
  found.why = found.chosen.drawn
                  ? fmt::format("the scenario's own choice, judged by {} drawn rounds",
                                draws_default)
                  : "the scenario's own choice, judged by the laws of its nodes";
  return found;
}

}  // namespace echelon::coding::planning
