#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "algorithms/base/units.hpp"

namespace echelon::net {

/// From one moment of the clock to another, the latter excluded.
struct outage {
  nanoseconds from{0};
  nanoseconds until{nanoseconds::max()};
};

/// Bits that change on the way.
struct flip {
  std::size_t offset = 0;  ///< which byte of the direction
  std::byte mask{0xff};    ///< which bits of it
};

/// What the network does to the bytes of one direction of a stream, in the words of the known TCP
/// fault proxies. The default is a perfect wire. A stream loses, doubles and reorders nothing: what
/// happens to its packets shows as time. A lost one and all behind it come `retransmission` later,
/// a doubled one takes its bandwidth twice, a reordered one is what `jitter` makes of it: those
/// behind it wait. Loss, doubling and reordering of messages belong to whoever has messages.
struct direction_faults {
  nanoseconds latency{0};
  nanoseconds jitter{0};  ///< of each packet, uniform in [0, jitter), beside the latency
  /// 0: no limit. Before the bottleneck packets wait in one queue, first in first out, as in a dumb
  /// router: a full one of 1 MB at 10 Mbit/s delays whatever comes next by 0.8 s.
  double bytes_per_s = 0;
  std::size_t queue_bytes = 256 * 1024;
  std::size_t packet_bytes = 1448;
  double loss = 0;  ///< the probability that a packet must be sent again, each time, below 1
  nanoseconds retransmission{std::chrono::milliseconds{200}};
  double duplication = 0;  ///< the probability that a packet comes twice
  /// Handed over by the writer and not taken by the reader: beyond it the writer waits.
  std::size_t window_bytes = 1024 * 1024;
  std::size_t slice_bytes = 0;  ///< the most one read gives; 0: no limit
  nanoseconds close_delay{0};   ///< the reader learns that much later that the writer closed
  /// After so many bytes the writer's end seems closed, to both.
  std::size_t limit_bytes = std::numeric_limits<std::size_t>::max();
  /// After so many bytes the stream is reset, for both ends and directions.
  std::size_t reset_bytes = std::numeric_limits<std::size_t>::max();
  /// While one lasts nothing arrives, neither bytes nor the news of a close, and nobody is told.
  std::vector<outage> outages;
  std::vector<flip> flips;
};

/// What befalls one stream; "forth" is from whoever dials.
struct stream_faults {
  bool refused = false;                      ///< nobody answers the dial
  nanoseconds reset_at{nanoseconds::max()};  ///< a moment of the clock
  direction_faults forth;
  direction_faults back;
};

}  // namespace echelon::net
