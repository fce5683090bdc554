#include "algorithms/coding/planning/candidates.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding::planning {
namespace {

struct kind_names {
  layer_kind kind;
  std::string_view layer, policy;
};
constexpr std::array names{
    kind_names{layer_kind::uncoded, "uncoded", "uncoded"},
    kind_names{layer_kind::polynomial, "polynomial", "polynomial"},
    kind_names{layer_kind::repetition, "frc", "fractional-repetition"},
};

const kind_names& names_of(layer_kind kind) { return names[static_cast<std::size_t>(kind)]; }

/// Up to so many of anything all are tried.
constexpr index all_up_to = 12;

/// 0 ... most where there are few; growing steps otherwise.
std::vector<index> samples(index most) {
  std::vector<index> found;
  for (index next = 0; next < most; next += std::max<index>(1, most > all_up_to ? next / 3 : 1))
    found.push_back(next);
  found.push_back(most);
  return found;
}

std::vector<double> ones(index count) { return std::vector<double>(slot(count), 1.0); }

/// Parts of the senders of a layer, or nothing where some would be left without.
std::vector<index> shares(layer_kind kind, layer& rule, std::span<const double> capacities,
                          index parts, index stragglers) {
  rule = {stragglers};
  if (stragglers >= std::ssize(capacities) || parts * (stragglers + 1) < std::ssize(capacities))
    return {};
  std::vector<index> dealt;
  if (kind == layer_kind::repetition) {
    rule = replicas(capacities, stragglers);
    std::vector<double> slowest(slot(std::ranges::max(rule.groups) + 1),
                                std::numeric_limits<double>::infinity());
    for (std::size_t sender = 0; sender < capacities.size(); ++sender) {
      double& least = slowest[slot(rule.groups[sender])];
      least = std::min(least, capacities[sender]);
    }
    const auto by_group = quotas(slowest, parts, parts);
    for (const index group : rule.groups)
      dealt.push_back(by_group[slot(group)]);
  } else {
    dealt = quotas(capacities, parts * (stragglers + 1), parts);
  }
  return std::ranges::min(dealt) > 0 ? dealt : std::vector<index>{};
}

index busy_edges(const kept_workers& kept) {
  return std::ssize(kept) - std::ranges::count_if(kept, &std::vector<index>::empty);
}

/// Of repetition only the largest tolerance of those that give the same groups.
bool same_groups(const std::vector<index>& counts, index stragglers) {
  return std::ranges::all_of(
      counts, [&](index count) { return count / (stragglers + 1) == count / (stragglers + 2); });
}

std::vector<std::pair<layer_kind, index>> layer_choices(const std::vector<index>& counts) {
  const index most = std::ranges::min(counts) - 1;
  std::vector<std::pair<layer_kind, index>> found{{layer_kind::uncoded, 0}};
  for (const index stragglers : samples(most))
    if (stragglers > 0)
      found.emplace_back(layer_kind::polynomial, stragglers);
  index last = 0;
  for (index stragglers : samples(most)) {
    while (stragglers < most && same_groups(counts, stragglers))
      ++stragglers;
    if (stragglers > last)
      found.emplace_back(layer_kind::repetition, stragglers);
    last = std::max(last, stragglers);
  }
  return found;
}

}  // namespace

std::string_view to_string(layer_kind kind) { return names_of(kind).layer; }

std::optional<layer_kind> layer_kind_of(std::string_view name) {
  for (const kind_names& known : names)
    if (name == known.layer || name == known.policy)
      return known.kind;
  return std::nullopt;
}

double candidate::load_parts() const { return std::ranges::max(how.loads); }

result<candidate_maker> candidate_maker::make(const planned_cluster& known, index parts) {
  const tree& topology = known.topology;
  candidate_maker made{known, parts};
  if (topology.is_star()) {
    made.workers_ = {topology.workers_below({role::coordinator, 0})};
    return made;
  }
  index held = 0;
  for (const node_id child : topology.children({role::coordinator, 0}))
    if (child.kind == role::edge) {
      made.workers_.push_back(topology.workers_below(child));
      held += std::ssize(topology.children(child));
    }
  if (topology.depth() > 2 || held != topology.workers())
    return fail(errc::not_supported,
                "coding.plan: this tree is {} levels deep, or has workers beside edges; a planner "
                "needs a star, or edges that hold all workers",
                topology.depth());
  return made;
}

std::vector<index> candidate_maker::by_speed(std::span<const index> workers) const {
  std::vector<index> order(workers.begin(), workers.end());
  const double load = static_cast<double>(parts_) / static_cast<double>(known_.topology.workers());
  std::ranges::stable_sort(
      order, {}, [&](index worker) { return typical_s(known_.workers[slot(worker)], load); });
  return order;
}

std::vector<kept_workers> candidate_maker::fastest() const {
  kept_workers sorted;
  for (const auto& workers : workers_)
    sorted.push_back(by_speed(workers));
  index most = 0;
  for (const auto& workers : workers_)
    most = std::max(most, std::ssize(workers));
  std::vector<kept_workers> found;
  for (const index kept_below : samples(most)) {
    if (kept_below == 0)
      continue;
    kept_workers cut = sorted;
    std::vector<std::pair<double, index>> edge_times;
    for (std::size_t edge = 0; edge < cut.size(); ++edge) {
      cut[edge].resize(std::min(cut[edge].size(), slot(kept_below)));
      const double load = static_cast<double>(parts_) / static_cast<double>(most);
      const double link = star() ? 0 : typical_s(known_.edges[edge]);
      edge_times.emplace_back(typical_s(known_.workers[slot(cut[edge].back())], load) + link,
                              std::ssize(edge_times));
      std::ranges::sort(cut[edge]);
    }
    std::ranges::sort(edge_times);
    for (const index kept_edges : samples(std::ssize(cut))) {
      kept_workers kept(cut.size());
      for (index place = 0; place < kept_edges; ++place) {
        const index edge = edge_times[slot(place)].second;
        kept[slot(edge)] = cut[slot(edge)];
      }
      if (kept_edges > 0 && kept != workers_)
        found.push_back(std::move(kept));
    }
  }
  return found;
}

bool candidate_maker::deal(scheme& how, layer& rule, std::span<const index> workers, index parts,
                           const layer_pair& layers) const {
  const auto loads = shares(layers.workers, rule, ones(std::ssize(workers)), parts,
                            layers.worker_stragglers);
  for (std::size_t place = 0; place < loads.size(); ++place)
    how.loads[slot(workers[place])] = static_cast<double>(loads[place]);
  return !loads.empty();
}

std::optional<candidate> candidate_maker::with(const kept_workers& kept,
                                               const layer_pair& layers) const {
  candidate made{name(kept, layers), choice(kept, layers), {}};
  made.how.loads.resize(slot(known_.topology.workers()));
  made.how.edges.resize(slot(known_.topology.edges()));
  if (star()) {
    if (!deal(made.how, made.how.root, kept.front(), parts_, layers))
      return std::nullopt;
    return made;
  }
  std::vector<double> capacities;
  for (const auto& workers : kept)
    if (!workers.empty())
      capacities.push_back(static_cast<double>(workers.size()) /
                           static_cast<double>(layers.worker_stragglers + 1));
  const auto edge_parts = shares(layers.edges, made.how.root, capacities, parts_,
                                 layers.edge_stragglers);
  if (edge_parts.empty())
    return std::nullopt;
  auto next = edge_parts.begin();
  for (std::size_t edge = 0; edge < kept.size(); ++edge)
    if (!kept[edge].empty() && !deal(made.how, made.how.edges[edge], kept[edge], *next++, layers))
      return std::nullopt;
  return made;
}

plan_choice candidate_maker::choice(const kept_workers& kept, const layer_pair& layers) const {
  plan_choice made;
  made.parts = parts_;
  const bool plain = layers.edges == layer_kind::uncoded && layers.workers == layer_kind::uncoded;
  if (kept == workers_ && (plain || star())) {
    made.policy = names_of(layers.workers).policy;
    made.stragglers = layers.worker_stragglers;
    return made;
  }
  made.policy = "hierarchical";
  if (!star())
    made.layers.emplace_back(to_string(layers.edges));
  made.layers.emplace_back(to_string(layers.workers));
  made.edge_stragglers = {layers.edge_stragglers};
  made.worker_stragglers = {layers.worker_stragglers};
  for (std::size_t edge = 0; edge < kept.size(); ++edge)
    std::ranges::set_difference(workers_[edge], kept[edge], std::back_inserter(made.idle_workers));
  return made;
}

std::string candidate_maker::name(const kept_workers& kept, const layer_pair& layers) const {
  std::string text{to_string(layers.workers)};
  if (star() && layers.worker_stragglers > 0)
    text += fmt::format(" ({})", layers.worker_stragglers);
  if (!star() && (layers.edge_stragglers > 0 || layers.worker_stragglers > 0))
    text = fmt::format("{}/{} ({}, {})", to_string(layers.edges), to_string(layers.workers),
                       layers.edge_stragglers, layers.worker_stragglers);
  if (kept == workers_)
    return text;
  index workers = 0;
  for (const auto& below : kept)
    workers += std::ssize(below);
  text += fmt::format(" on the {} fastest workers", workers);
  if (!star())
    text += fmt::format(" of {} edges", busy_edges(kept));
  return text;
}

std::vector<candidate> candidate_maker::coded(const kept_workers& kept) const {
  std::vector<index> counts;
  for (const auto& workers : kept)
    if (!workers.empty())
      counts.push_back(std::ssize(workers));
  const auto of_edges = star() ? layer_choices({1}) : layer_choices({std::ssize(counts)});
  std::vector<candidate> found;
  for (const auto& [edges, s_e] : of_edges)
    for (const auto& [workers, s_w] : layer_choices(counts)) {
      if (s_e == 0 && s_w == 0)
        continue;
      if (auto made = with(kept, {edges, workers, s_e, s_w}))
        found.push_back(*std::move(made));
    }
  return found;
}

}  // namespace echelon::coding::planning
