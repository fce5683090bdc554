#include "algorithms/coding/planning/planned_cluster.hpp"

#include <algorithm>

namespace echelon::coding::planning {
namespace {

double squared(double x) { return x * x; }

/// Of `scale` times a time with these moments, where scale is the slow factor with probability q.
moments slowed(moments fast, const delay_law& law) {
  const double q = law.slow_probability;
  const double scale_mean = 1 + q * (law.slow_factor - 1);
  const double scale_square = 1 + q * (squared(law.slow_factor) - 1);
  const double mean = scale_mean * fast.mean_s;
  return {mean, scale_square * (fast.variance + squared(fast.mean_s)) - squared(mean)};
}

moments computing(const delay_law& law, double parts) {
  const double exponential = law.compute_rate_per_s > 0 ? parts / law.compute_rate_per_s : 0;
  return {law.compute_shift_s * parts + exponential, squared(exponential)};
}

moments messages(const delay_law& law) {
  const double success = 1 - law.link_loss;
  return {(law.link_down_s + law.link_up_s) / success,
          (squared(law.link_down_s) + squared(law.link_up_s)) * law.link_loss / squared(success)};
}

moments of_rounds(const node_delays& node, double parts) {
  moments found;
  const double count = static_cast<double>(node.rounds.size());
  for (const node_round& round : node.rounds)
    found.mean_s += (round.part_s * parts + round.link_s()) / count;
  for (const node_round& round : node.rounds)
    found.variance += squared(round.part_s * parts + round.link_s() - found.mean_s) / count;
  return found;
}

double median_s(const node_delays& node, double parts) {
  std::vector<double> times;
  for (const node_round& round : node.rounds)
    times.push_back(round.part_s * parts + round.link_s());
  const auto middle = times.begin() + std::ssize(times) / 2;
  std::ranges::nth_element(times, middle);
  return *middle;
}

double usual_factor(const delay_law& law) {
  return law.slow_probability < 0.5 ? 1 : law.slow_factor;
}

node_round one_of(const std::vector<node_round>& rounds, random_stream& random) {
  return rounds[static_cast<std::size_t>(random.below(std::ssize(rounds)))];
}

}  // namespace

moments worker_moments(const node_delays& worker, double parts) {
  moments total = of_rounds(worker, parts);
  if (worker.rounds.empty()) {
    const moments link = messages(worker.law);
    total = slowed(computing(worker.law, parts), worker.law);
    total = {total.mean_s + link.mean_s, total.variance + link.variance};
  }
  total.mean_s += worker.transfer_s;
  return total;
}

moments edge_moments(const node_delays& edge) {
  moments total = edge.rounds.empty() ? slowed(messages(edge.law), edge.law) : of_rounds(edge, 0);
  total.mean_s += edge.transfer_s;
  return total;
}

double typical_s(const node_delays& worker, double parts) {
  if (!worker.rounds.empty())
    return median_s(worker, parts) + worker.transfer_s;
  return usual_factor(worker.law) * computing(worker.law, parts).mean_s +
         messages(worker.law).mean_s + worker.transfer_s;
}

double typical_s(const node_delays& edge) {
  if (!edge.rounds.empty())
    return median_s(edge, 0) + edge.transfer_s;
  return usual_factor(edge.law) * messages(edge.law).mean_s + edge.transfer_s;
}

node_round draw_worker(const node_delays& worker, random_stream& random) {
  if (!worker.rounds.empty())
    return one_of(worker.rounds, random);
  const delay_law& law = worker.law;
  const double factor = random.bernoulli(law.slow_probability) ? law.slow_factor : 1;
  const auto part_s = [&] {
    const double unit = random.exponential();
    const double spread = law.compute_rate_per_s > 0 ? unit / law.compute_rate_per_s : 0;
    return factor * (law.compute_shift_s + spread);
  };
  node_round drawn;
  drawn.part_s = part_s();
  drawn.link_down_s = law.link_down_s * static_cast<double>(random.geometric(law.link_loss));
  drawn.link_up_s = law.link_up_s * static_cast<double>(random.geometric(law.link_loss));
  drawn.further_part_s = part_s();
  return drawn;
}

node_round draw_edge(const node_delays& edge, random_stream& random) {
  if (!edge.rounds.empty())
    return one_of(edge.rounds, random);
  const delay_law& law = edge.law;
  const double factor = random.bernoulli(law.slow_probability) ? law.slow_factor : 1;
  const auto down = static_cast<double>(random.geometric(law.link_loss));
  const auto up = static_cast<double>(random.geometric(law.link_loss));
  return {.link_down_s = factor * down * law.link_down_s, .link_up_s = factor * up * law.link_up_s};
}

}  // namespace echelon::coding::planning
