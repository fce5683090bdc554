#pragma once

#include <span>

#include "actors/messages.hpp"
#include "actors/record.hpp"
#include "actors/runtime/courier.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

/// What is to be told of a round beside its outcome.
struct round_account {
  const work_note& notes;
  index vectors = 0;  ///< gradients that reached the coordinator
  index refused = 0;  ///< messages that changed nothing
  std::map<std::string, double> facts = {};
  squeeze compressed = {};  ///< of the messages that were used, together
  std::span<const std::optional<squeeze>> squeezes = {};  ///< of the coordinator's children
  std::vector<node_id> liars = {}, suspects = {};         ///< whose answers were left out
};

/// Adds a round to what a run amounts to.
void count(run_summary& summary, const round_record& record, std::optional<double> target);

/// Keeps the accounts of a run: turns what happened in a round into its record, and the records
/// into the summary. Pure: it is told the time. Evaluation and checkpoints fall between `close` and
/// the next `open` and do not count.
class run_book {
public:
  explicit run_book(training_setup_ptr setup);

  void open(index round, nanoseconds now, const runtime::traffic_totals& traffic);
  /// The round is decoded and applied: its time ends here.
  void close(nanoseconds now, const round_account& round, const coding::decoded_round& decoded,
             double samples, std::vector<node_id> senders);
  /// The round ends without a gradient.
  void fail(nanoseconds now, const round_account& round, std::string reason);
  void evaluated(const learning::batch_sums& sums);
  /// Something more to be told of the round, by name.
  void noted(std::map<std::string, double> facts) { current_.facts.merge(facts); }
  /// Everything that belongs to the round is in; what workers report later counts into the next
  /// record.
  round_record settle(const round_account& round, index parts,
                      const runtime::traffic_totals& traffic, double rate);
  /// A work report of a round that is settled already.
  void late(const work_note& note);

  double elapsed_s() const { return elapsed_s_; }
  double into_round_s(nanoseconds now) const { return to_seconds(now - opened_).count(); }
  /// What the run amounts to so far; status and hashes are the caller's.
  const run_summary& summary() const { return summary_; }
  void restore(const run_summary& so_far);

private:
  void note_compression(const squeeze& how);
  void end_time(nanoseconds now, const round_account& round);
  double fairness(const work_note& notes) const;
  void count_vectors(const round_account& round);
  void count_squeezes(const round_account& round);

  training_setup_ptr setup_;
  run_summary summary_;
  round_record current_;
  runtime::traffic_totals traffic_at_open_;
  nanoseconds opened_{0};
  double elapsed_s_ = 0;
  work_note carried_;
};

}  // namespace echelon::actors
