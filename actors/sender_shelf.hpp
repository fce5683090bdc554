#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "actors/training.hpp"
#include "algorithms/base/blob.hpp"
#include "algorithms/compression/ratios/ratio_state.hpp"
#include "algorithms/compression/sender_memory.hpp"

namespace echelon::actors {

using memory_ptr = std::shared_ptr<const compression::sender_memory>;

/// What one sender remembers: what counts, and what will once the message it sent last is known to
/// have been used.
struct sender_slot {
  moment held_since;  ///< the last message that was used
  memory_ptr held;
  moment sent_at;
  memory_ptr sent;  ///< nullptr: no message is open
};

/// What a node that decodes knows of its children's messages.
struct allotment {
  compression::ratio_state ratios;
  std::vector<compression::effort> efforts;  ///< of the exchange that goes on
  std::int64_t round = 0;                    ///< that they are for
  std::vector<std::int32_t> unused;          ///< senders whose last message was not used
};

/// Error feedback and budgets of the nodes of one process, at one moment. Copies share memories.
struct sender_book {
  std::map<node_id, sender_slot> senders;
  std::map<node_id, allotment> budgets;

  bool empty() const { return senders.empty() && budgets.empty(); }
};

/// For checkpoints. Errors of the reader: bad_input where the bytes are none of this run's.
std::vector<std::byte> to_bytes(const sender_book& book, const training_setup& setup);
result<sender_book> book_from_bytes(std::span<const std::byte> bytes, const training_setup& setup);

/// Keeps the book of the nodes that live in this process. Memories are keyed by whose data they
/// come from, so that they move with the data where groups are drawn anew. Control thread only.
class sender_shelf {
public:
  explicit sender_shelf(training_setup_ptr setup) : setup_(std::move(setup)) {}

  /// A sender begins an exchange: its last message counts if it was used and belongs to an earlier
  /// one. Answers what it remembers. Where a round of the coordinator is begun anew, or a run was
  /// taken back to a checkpoint, that is what was remembered when the round began, if this process
  /// was there then; else nothing.
  memory_ptr begin(node_id who, moment when, bool used);
  /// It sent a message, and remembers `next` if that is used.
  void sent(node_id who, moment when, memory_ptr next);

  /// It has lost all it remembered.
  void forget(node_id who);

  allotment& budget_of(node_id parent) { return book_.budgets[parent]; }

  const sender_book& book() const { return book_; }
  void restore(sender_book book) { book_ = std::move(book); }

private:
  /// What was remembered after rounds `first` to `last` of the coordinator.
  struct span_of_rounds {
    index first = 0, last = 0;
    memory_ptr held;
  };

  void keep(node_id who, const sender_slot& slot, index round);
  void take_back(node_id who, sender_slot& slot, index round) const;

  training_setup_ptr setup_;
  sender_book book_;
  /// Ascending: those at the last checkpoints, and the one before the round that goes on.
  std::map<node_id, std::vector<span_of_rounds>> kept_;
};

}  // namespace echelon::actors
