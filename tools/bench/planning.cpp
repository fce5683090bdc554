#include "tools/bench/planning.hpp"

#include "algorithms/coding/planning/jncss.hpp"
#include "algorithms/coding/planning/planner.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using namespace coding::planning;

planned_cluster cluster_of(index edges, index workers, bool alike) {
  planned_cluster made;
  made.topology = tree::from_edges(value_list(static_cast<std::size_t>(edges),
                                              value{static_cast<std::int64_t>(workers)}))
                      .value();
  random_stream random{1, "bench.cluster"};
  const auto around = [&](double mean) { return alike ? mean : mean * random.uniform(0.5, 1.5); };
  for (index worker = 0; worker < edges * workers; ++worker)
    made.workers.push_back({{.compute_shift_s = around(10),
                             .compute_rate_per_s = around(0.1),
                             .link_down_s = around(10),
                             .link_up_s = around(10),
                             .link_loss = around(0.1),
                             .slow_probability = 0.1,
                             .slow_factor = 10}});
  for (index edge = 0; edge < edges; ++edge)
    made.edges.push_back({{.link_down_s = around(20), .link_up_s = 20, .link_loss = 0.1}});
  return made;
}

template <class Action>
double milliseconds(int times, const Action& action) {
  const stopwatch watch;
  for (int run = 0; run < times; ++run)
    expects(action().has_value());
  return 1e3 * watch.lap().cpu_s / times;
}

nlohmann::json measure(const planned_cluster& known) {
  const planning_task task{known, known.topology.workers(), [&](const coding::plan_choice& choice) {
                             return coding::make_plan(known.topology, coding::codes(), choice);
                           }};
  return {{"jncss_ms", milliseconds(10, [&] { return jncss(known, task.parts); })},
          {"plan_jncss_ms", milliseconds(3, [&] { return plan_by_means(task); })},
          {"plan_auto_ms", milliseconds(1, [&] { return plan_by_law(task); })}};
}

}  // namespace

nlohmann::json measure_planning() {
  nlohmann::json report;
  for (const auto& [edges, workers] : {std::pair<index, index>{4, 10}, {10, 100}})
    for (const bool alike : {true, false})
      report[fmt::format("{} x {}", edges, workers)][alike ? "alike" : "different"] = measure(
          cluster_of(edges, workers, alike));
  return report;
}

}  // namespace echelon::bench
