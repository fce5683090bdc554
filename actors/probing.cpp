#include "actors/probing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "actors/training.hpp"
#include "algorithms/hierarchy/half_batches.hpp"

namespace echelon::actors {
namespace {

constexpr index half_rows_max = 256;
constexpr index sketch_length = 65'536;

/// Rows of one part, and how they were drawn.
struct shard_rows {
  index part = 0;
  std::vector<index> first, second;
  hierarchy::shard_draw drawn;
};

index part_of(const training_setup& setup, index worker, index round) {
  const index part = setup.plan.work[slot(worker)].front().part;
  return setup.levels.data_of(part, std::max<index>(round, 1));
}

shard_rows draw_rows(const training_setup& setup, index part, index round) {
  const std::vector<index>& held = setup.parts[slot(part)];
  const index rows = std::ssize(held);
  if (rows < 2)
    return {part, held, held, {rows, rows, setup.batch}};
  const index half = std::min(half_rows_max, rows / 2);
  random_stream random{setup.data_seed, "probe", static_cast<std::uint64_t>(round),
                       static_cast<std::uint64_t>(part)};
  const std::vector<index> chosen = sample_without_replacement(random, rows, 2 * half);
  shard_rows found{part, {}, {}, {rows, half, setup.batch}};
  for (std::size_t i = 0; i < chosen.size(); ++i)
    (i < slot(half) ? found.first : found.second).push_back(held[slot(chosen[i])]);
  return found;
}

/// Gradients at one model.
class gradients_at {
public:
  gradients_at(const training_setup& setup, const block& state, index round,
               learning::workspace& scratch)
      : setup_(setup), state_(state), round_(round), scratch_(scratch) {}

  struct one {
    vector whole;     ///< the mean over the rows
    vector compared;  ///< the same, or its sketch
    double loss = 0;  ///< mean
  };

  one over(std::span<const index> rows, index part) const {
    const learning::model& model = *setup_.model;
    if (rows.empty())
      return nothing();
    block_builder sums{model.parameter_count() + model.buffer_count(), model.kind()};
    const random_stream dropout{setup_.data_seed, "probe.dropout",
                                static_cast<std::uint64_t>(round_),
                                static_cast<std::uint64_t>(part)};
    const auto outcome = model.gradient(state_, {setup_.data.train.get(), rows}, dropout, sums,
                                        scratch_);
    const double share = 1 / static_cast<double>(outcome.samples);
    one found{vector(model.parameter_count()), {}, share * outcome.loss};
    with_scalar(sums.kind(), [&]<class Scalar>(Scalar) {
      const auto values = sums.as<Scalar>();
      for (index i = 0; i < found.whole.size(); ++i)
        found.whole[i] = share * static_cast<double>(values[slot(i)]);
    });
    found.compared = comparable(found.whole);
    return found;
  }

private:
  one nothing() const {
    const vector zero = vector::Zero(setup_.model->parameter_count());
    return {zero, comparable(zero)};
  }
  vector comparable(const vector& whole) const {
    if (whole.size() <= sketch_length)
      return whole;
    return hierarchy::sketch(std::span<const double>{whole.data(), slot(whole.size())},
                             sketch_length, setup_.data_seed);
  }

  const training_setup& setup_;
  const block& state_;
  index round_;
  learning::workspace& scratch_;
};

/// The model a step further, and how far that is.
struct step_ahead {
  block state;
  double length = 0;
};

step_ahead step_from(const block& state, const vector& gradient, double rate) {
  block_builder next{state.size(), state.kind()};
  double square = 0;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto from = state.as<Scalar>();
    const auto to = next.as<Scalar>();
    std::ranges::copy(from, to.begin());
    for (index i = 0; i < gradient.size(); ++i) {
      to[slot(i)] -= static_cast<Scalar>(rate * gradient[i]);
      const double moved = static_cast<double>(to[slot(i)]) - static_cast<double>(from[slot(i)]);
      square += moved * moved;
    }
  });
  return {block::freeze(std::move(next)), std::sqrt(square)};
}

/// The first look: reports and gradients of all workers at the model.
struct first_look {
  std::vector<hierarchy::half_batch_report> reports;
  std::vector<shard_rows> rows;
  std::vector<vector> middles;  ///< of each worker's rows, as compared
  vector mean;                  ///< of all, whole
  double loss = 0;
};

first_look look(const training_setup& setup, const gradients_at& here, index round) {
  first_look seen;
  seen.mean = vector::Zero(setup.model->parameter_count());
  double total = 0;
  for (index worker = 0; worker < setup.topology.workers(); ++worker) {
    shard_rows rows = draw_rows(setup, part_of(setup, worker, round), round);
    const index taken = setup.batch == 0 ? rows.drawn.rows : std::min(setup.batch, rows.drawn.rows);
    const double weight = rows.drawn.rows > 0
                              ? setup.weight_of(rows.part, static_cast<double>(taken))
                              : 0;
    const auto first = here.over(rows.first, rows.part), second = here.over(rows.second, rows.part);
    seen.reports.push_back(
        hierarchy::report_of_shard(weight, first.compared, second.compared, rows.drawn));
    seen.middles.push_back(0.5 * (first.compared + second.compared));
    seen.mean += 0.5 * weight * (first.whole + second.whole);
    seen.loss += 0.5 * weight * (first.loss + second.loss);
    seen.rows.push_back(std::move(rows));
    total += weight;
  }
  for (hierarchy::half_batch_report& report : seen.reports)
    report.weight /= total;
  seen.mean /= total;
  seen.loss /= total;
  return seen;
}

std::vector<double> weights_of(const first_look& seen) {
  std::vector<double> weights;
  for (const hierarchy::half_batch_report& report : seen.reports)
    weights.push_back(report.weight);
  return weights;
}

/// |grad f_j(x') - grad f_j(x)| for every worker, over the same rows.
std::vector<double> changes(const gradients_at& ahead, const first_look& seen) {
  std::vector<double> found;
  for (std::size_t worker = 0; worker < seen.rows.size(); ++worker) {
    const shard_rows& rows = seen.rows[worker];
    const vector now = 0.5 * (ahead.over(rows.first, rows.part).compared +
                              ahead.over(rows.second, rows.part).compared);
    found.push_back((now - seen.middles[worker]).norm());
  }
  return found;
}

}  // namespace

double model_probe::noise_most() const {
  double most = 0;
  for (const worker_probe& worker : workers)
    most = std::max(most, worker.noise);
  return most;
}

double model_probe::downward() const {
  return std::accumulate(by_level.begin() + 1, by_level.end(), 0.0);
}

bool can_probe(const training_setup& setup) {
  const bool plain = setup.plan.policy == "uncoded" || setup.plan.policy == "ignore-stragglers";
  return plain && setup.gradients && setup.plan.parts == std::ssize(setup.plan.work);
}

model_probe probe_model(const training_setup& setup, const block& state, index round,
                        learning::workspace& scratch) {
  const first_look seen = look(setup, {setup, state, round, scratch}, round);
  const step_ahead step = step_from(state, seen.mean, setup.rate);
  const std::vector<double> changed = changes({setup, step.state, round, scratch}, seen);
  model_probe found;
  found.loss = seen.loss;
  for (std::size_t worker = 0; worker < seen.reports.size(); ++worker) {
    const hierarchy::half_batch_report& report = seen.reports[worker];
    const double smoothness = step.length > 0 && report.weight > 0 ? changed[worker] / step.length
                                                                   : 0;
    found.workers.push_back(
        {report.weight, report.first.dot(report.second), report.noise, smoothness});
    found.smoothness = std::max(found.smoothness, smoothness);
  }
  const auto where = hierarchy::tiers::weighted(setup.topology, weights_of(seen));
  expects(where.has_value());
  auto whole = hierarchy::merged(*where, seen.reports);
  found.by_level = std::move(whole.root.divergences);
  found.by_group = std::move(whole.by_group);
  found.gradient_square = whole.root.first.dot(whole.root.second);
  found.noise = whole.root.noise;
  return found;
}

}  // namespace echelon::actors
