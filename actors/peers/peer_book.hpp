#pragma once

#include <map>
#include <set>
#include <vector>

#include "actors/peers/graph_outlook.hpp"
#include "actors/peers/peer_messages.hpp"
#include "actors/peers/peer_probing.hpp"
#include "actors/record.hpp"
#include "actors/training.hpp"
#include "algorithms/merging/topologies/graph_keeper.hpp"

namespace echelon::actors {

/// Turns what peers report into the run's records: a round is told once every peer that is still
/// there has told of it. Pure.
class peer_book {
public:
  explicit peer_book(training_setup_ptr setup);

  /// The rounds that are complete since, in order.
  std::vector<round_record> add(peer_report what);
  /// A peer is gone for good, or there again: from a round on.
  std::vector<round_record> lose(std::int32_t peer);
  void regain(std::int32_t peer, index round);

  /// Links that are to make up for peers and links that are gone; none where graphs are not
  /// repaired. Cost: as graph_keeper.
  std::vector<merging::peer_link> take_repair();
  /// All have been told of more links; the record of the round that first used them says so.
  void note_change(const graph_changed& what) { outlook_.change(what); }

  /// What each peer remembers of the last complete round.
  const peer_memories& memories() const { return memories_; }
  /// Behind that round again.
  void restore(const run_summary& so_far, peer_memories memories);

  const run_summary& summary() const { return summary_; }
  bool over() const { return summary_.rounds == setup_->rounds; }
  bool empty() const { return std::ssize(gone_) == std::ssize(models_); }
  /// The newest that is known of each peer; an empty one where none is.
  const std::vector<block>& models() const { return models_; }
  std::uint64_t weights_hash() const;

private:
  using reports = std::map<std::int32_t, peer_report>;

  std::vector<round_record> settle();
  bool awaits(std::int32_t peer, index round) const;
  round_record record_of(index round, const reports& all);
  void note_tests(round_record& record, const reports& all) const;
  void note_merges(round_record& record, const reports& all) const;
  void note_contraction(round_record& record, const reports& all);
  void note_graph(round_record& record, const reports& all);
  void note_probe(round_record& record, const reports& all);
  void note_edges(round_record& record, const reports& all) const;

  training_setup_ptr setup_;
  run_summary summary_;
  std::map<std::int64_t, reports> open_;
  std::set<std::int32_t> gone_;
  std::map<std::int32_t, index> since_;  ///< the first round of those who came later
  merging::contraction_meter contraction_;
  std::vector<block> models_;
  peer_memories memories_;
  std::vector<std::uint64_t> hashes_;
  std::optional<merging::graph_keeper> keeper_;  ///< where graphs are repaired
  graph_outlook outlook_;
  std::optional<peer_probing> probing_;
};

}  // namespace echelon::actors
