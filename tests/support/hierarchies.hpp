#pragma once

#include <functional>
#include <numeric>

#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding {

/// One way to build and to protect a tree of two layers.
struct hierarchy_case {
  std::vector<index> workers;  ///< of each edge, ascending
  index edge_stragglers;
  index worker_stragglers;

  index all_workers() const { return std::reduce(workers.begin(), workers.end()); }
  bool dominated() const { return workers.back() * (edge_stragglers + 1) > all_workers(); }
  tree topology() const { return tree::from_edges(value_list_of(workers)).value(); }
  plan_choice choice(std::string layer, index parts) const {
    return {.policy = "hierarchical",
            .parts = parts,
            .layers = {layer, layer},
            .edge_stragglers = {edge_stragglers},
            .worker_stragglers = {worker_stragglers}};
  }

private:
  static value_list value_list_of(const std::vector<index>& counts) {
    value_list list;
    for (const index count : counts)
      list.emplace_back(static_cast<std::int64_t>(count));
    return list;
  }
};

/// All trees of up to five edges with up to six workers, but for the order of the edges, with all
/// tolerances.
inline std::vector<hierarchy_case> small_cases() {
  std::vector<hierarchy_case> cases;
  const auto add = [&cases](const std::vector<index>& workers) {
    for (index edges = 0; edges < std::ssize(workers); ++edges)
      for (index of_edge = 0; of_edge < workers.front(); ++of_edge)
        cases.push_back({workers, edges, of_edge});
  };
  const std::function<void(std::vector<index>)> extend = [&](const std::vector<index>& workers) {
    for (index next = workers.empty() ? 1 : workers.back(); next <= 6; ++next) {
      std::vector<index> longer = workers;
      longer.push_back(next);
      add(longer);
      if (longer.size() < 5)
        extend(longer);
    }
  };
  extend({});
  return cases;
}

/// Every `step`th of them, from a start that spreads over all sizes.
inline std::vector<hierarchy_case> sampled_cases(std::size_t step) {
  const auto all = small_cases();
  std::vector<hierarchy_case> some;
  for (std::size_t i = step / 2; i < all.size(); i += step)
    some.push_back(all[i]);
  return some;
}

inline std::string described(const hierarchy_case& tried) {
  std::string text = "edges";
  for (const index workers : tried.workers)
    text += ' ' + std::to_string(workers);
  return text + " s_e=" + std::to_string(tried.edge_stragglers) +
         " s_w=" + std::to_string(tried.worker_stragglers);
}

inline result<work_plan> plan(const hierarchy_case& tried, const std::string& layer,
                              index parts = 0) {
  return make_plan(tried.topology(), codes(), tried.choice(layer, parts));
}

}  // namespace echelon::coding
