#include "actors/run_book.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "algorithms/base/jain_index.hpp"

namespace echelon::actors {

void count(run_summary& summary, const round_record& record, std::optional<double> target) {
  summary.rounds = record.round;
  summary.time_s = record.time_s;
  summary.final_loss = record.loss ? record.loss : summary.final_loss;
  summary.final_accuracy = record.accuracy ? record.accuracy : summary.final_accuracy;
  if (target && record.accuracy && !summary.rounds_to_target && *record.accuracy >= *target) {
    summary.rounds_to_target = record.round;
    summary.time_to_target_s = record.time_s;
  }
  summary.bytes_up += record.bytes_up;
  summary.bytes_down += record.bytes_down;
  summary.payload_bits_up += record.payload_bits_up;
  switch (record.worth.kind) {
    case certificate::outcome::exact: ++summary.exact_rounds; break;
    case certificate::outcome::approximate: ++summary.approximate_rounds; break;
    case certificate::outcome::failed: ++summary.failed_rounds; break;
  }
  summary.residual_max = std::max(summary.residual_max, record.worth.residual);
  summary.amplification_max = std::max(summary.amplification_max, record.worth.amplification);
  summary.parts.computed += record.parts.computed;
  summary.parts.used += record.parts.used;
  summary.parts.wasted += record.parts.wasted;
}

run_book::run_book(training_setup_ptr setup) : setup_(std::move(setup)) {}

void run_book::restore(const run_summary& so_far) {
  summary_ = so_far;
  elapsed_s_ = so_far.time_s;
}

void run_book::open(index round, nanoseconds now, const runtime::traffic_totals& traffic) {
  current_ = {};
  current_.round = round;
  current_.answer_s.resize(static_cast<std::size_t>(setup_->topology.workers()));
  const bool has_rounds = !setup_->plan.root_code->updates();
  for (index worker = 0; has_rounds && worker < setup_->topology.workers(); ++worker)
    if (setup_->delays->slow({role::worker, static_cast<std::int32_t>(worker)}, round))
      current_.slow.push_back(worker);
  current_.worth.scope = setup_->sends_changes() ? certificate::scope_kind::delta
                                                 : certificate::scope_kind::gradient;
  traffic_at_open_ = traffic;
  opened_ = now;
}

void run_book::end_time(nanoseconds now, const round_account& round) {
  current_.round_s = into_round_s(now);
  elapsed_s_ += current_.round_s;
  current_.time_s = elapsed_s_;
  current_.facts = round.facts;
  for (const worker_effort& effort : round.notes.workers)
    if (effort.after_s >= 0 && effort.worker >= 0 && effort.worker < std::ssize(current_.answer_s))
      current_.answer_s[static_cast<std::size_t>(effort.worker)] = effort.after_s;
  for (std::size_t worker = 0; worker < current_.answer_s.size(); ++worker)
    if (!current_.answer_s[worker])
      current_.worth.absent.push_back({role::worker, static_cast<std::int32_t>(worker)});
  current_.worth.liars = round.liars;
  current_.worth.suspects = round.suspects;
}

void run_book::fail(nanoseconds now, const round_account& round, std::string reason) {
  end_time(now, round);
  current_.worth.kind = certificate::outcome::failed;
  current_.worth.reason = std::move(reason);
}

void run_book::close(nanoseconds now, const round_account& round,
                     const coding::decoded_round& decoded, double samples,
                     std::vector<node_id> senders) {
  end_time(now, round);
  if (setup_->gradients)
    current_.train_loss = decoded.loss / samples;
  current_.senders = std::move(senders);
  certificate& worth = current_.worth;
  worth.kind = decoded.how.exact ? certificate::outcome::exact : certificate::outcome::approximate;
  worth.residual = decoded.how.residual;
  worth.amplification = decoded.how.amplification;
  note_compression(round.compressed);
  count_squeezes(round);
}

void run_book::note_compression(const squeeze& how) {
  if (!(how.input_square > 0))
    return;
  current_.worth.compression_error = std::sqrt(how.lost_square / how.input_square);
  current_.facts["coordinates_sent"] = static_cast<double>(how.coordinates);
  current_.facts["left_out_norm"] = std::sqrt(how.lost_square);
}

/// What the coordinator's own hop sent, of what it may.
void run_book::count_squeezes(const round_account& round) {
  double values = 0, bits = 0;
  for (const auto& one : round.squeezes) {
    current_.coordinates.push_back(one ? std::optional{one->coordinates} : std::nullopt);
    const squeeze how = one.value_or(squeeze{});
    values += static_cast<double>(how.coordinates);
    bits += static_cast<double>(how.payload_bits);
  }
  const auto manager = setup_->budgets.find({role::coordinator, 0});
  if (manager == setup_->budgets.end()) {
    current_.coordinates.clear();
    return;
  }
  const compression::budget_terms& terms = manager->second->terms();
  current_.facts["compression_spent"] = terms.cost.counts_bits() ? bits : values;
  if (!terms.threshold && terms.kind != compression::compressor_kind::quantiser)
    current_.facts["compression_budget"] = manager->second->round_budget();
}

void run_book::evaluated(const learning::batch_sums& sums) {
  const auto samples = static_cast<double>(std::max<index>(sums.samples, 1));
  current_.loss = sums.loss / samples;
  if (setup_->data.test->classes > 0)
    current_.accuracy = static_cast<double>(sums.correct) / samples;
}

void run_book::late(const work_note& note) { carried_ += note; }

/// How evenly the work was spread over all workers.
double run_book::fairness(const work_note& notes) const {
  std::vector<double> busy_s(current_.answer_s.size());
  for (const worker_effort& effort : notes.workers)
    if (effort.worker >= 0 && effort.worker < std::ssize(busy_s))
      busy_s[static_cast<std::size_t>(effort.worker)] += effort.busy_s;
  return jain_index(busy_s);
}

void run_book::count_vectors(const round_account& round) {
  current_.vectors[role::coordinator] = round.vectors;
  current_.queue_max = round.vectors;
  for (const edge_effort& edge : round.notes.edges) {
    current_.vectors[role::edge] += edge.vectors;
    current_.queue_max = std::max<index>(current_.queue_max, edge.vectors);
  }
}

round_record run_book::settle(const round_account& round, index parts,
                              const runtime::traffic_totals& traffic, double rate) {
  work_note all = std::exchange(carried_, {});
  all += round.notes;
  current_.rate = rate;
  current_.bytes_up = traffic.bytes_up - traffic_at_open_.bytes_up;
  current_.bytes_down = traffic.bytes_down - traffic_at_open_.bytes_down;
  current_.payload_bits_up = traffic.payload_bits_up - traffic_at_open_.payload_bits_up;
  for (const edge_effort& edge : all.edges) {
    current_.bytes_up += edge.bytes_up;
    current_.bytes_down += edge.bytes_down;
    current_.payload_bits_up += edge.payload_bits_up;
  }
  current_.parts.computed = all.parts_computed();
  const double missed = std::min(current_.worth.residual * current_.worth.residual, 1.0);
  const double covered = static_cast<double>(parts) * (1 - missed);
  current_.parts.used = std::min<index>(
      current_.parts.computed,
      current_.worth.kind == certificate::outcome::failed ? 0 : static_cast<index>(covered + 0.5));
  current_.parts.wasted = current_.parts.computed - current_.parts.used;
  const auto nodes_s = [this](index nodes) {
    return static_cast<double>(nodes) * current_.round_s;
  };
  const double worker_busy_s = all.worker_busy_s();
  current_.busy_s[role::worker] = worker_busy_s;
  current_.idle_s[role::worker] = std::max(0.0,
                                           nodes_s(setup_->topology.workers()) - worker_busy_s);
  if (!setup_->topology.is_star()) {
    const double edge_busy_s = all.edge_busy_s();
    current_.busy_s[role::edge] = edge_busy_s;
    current_.idle_s[role::edge] = std::max(0.0, nodes_s(setup_->topology.edges()) - edge_busy_s);
  }
  current_.refused = round.refused;
  current_.jain = fairness(all);
  count_vectors(round);
  actors::count(summary_, current_, setup_->target_accuracy);
  return current_;
}

}  // namespace echelon::actors
