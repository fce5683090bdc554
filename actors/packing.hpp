#pragma once

#include <optional>

#include "actors/sender_shelf.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// What a message says of its own compression.
struct squeeze {
  std::int64_t coordinates = 0;   ///< values sent
  std::int64_t payload_bits = 0;  ///< of indices and values
  double norm = 0;                ///< of the sender's own vector, before feedback
  /// Squared norms, per sample: of what was compressed, and of what the message leaves out. An
  /// edge's has what was left out below it, too, as if that were independent.
  double input_square = 0, lost_square = 0;

  /// Takes in what was left out below, of an answer that may not be packed itself.
  void inherit(const squeeze& below) {
    if (input_square == 0)
      input_square = below.input_square;
    lost_square += below.lost_square;
  }
};

/// An answer as it leaves, and what its sender remembers if it is used.
struct packed_answer {
  coding::contribution answer;
  squeeze how;
  memory_ptr next;
};

/// Everything that one sender's packing in one exchange depends on. A value: compute tasks copy it.
struct packing {
  std::shared_ptr<const compression::packer> packer;
  memory_ptr held;
  compression::effort wanted;
  bool means = false;    ///< the message stands for the mean; its weight goes beside it
  index variate_at = 0;  ///< where the change of the control variate begins; 0: there is none
  std::uint64_t seed = 0;
  node_id who;  ///< whose memory it is
  moment when;
  index round = 0;  ///< number of the exchange

  /// An answer that cannot be packed, because it is not finite, is made one that whoever receives
  /// it refuses. Without a packer all leave as they are. Cost: a few passes over the values.
  packed_answer pack(coding::contribution answer) const;

private:
  /// The sender's next control variate: what it held, and the change it answers with.
  memory_ptr renewed(const coding::contribution& answer) const;
};

}  // namespace echelon::actors
