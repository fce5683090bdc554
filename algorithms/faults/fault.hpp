#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/block.hpp"
#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/units.hpp"

namespace echelon::faults {

/// Later than anything that happens.
inline constexpr nanoseconds never = nanoseconds::max();

/// When a fault holds: from one moment of the run's clock to another, the latter excluded.
struct spell {
  nanoseconds from{0};
  nanoseconds until = never;

  bool holds(nanoseconds now) const { return from <= now && now < until; }
};

/// A message on a link.
struct passage {
  nanoseconds now{0};      ///< when it was sent
  nanoseconds due{0};      ///< when it arrives; `never`: not at all
  std::int64_t bytes = 0;  ///< as it crosses the wire
  bool bulk = true;        ///< a model or gradient, not a word about one
  /// When it arrives once more; `never`: it does not.
  nanoseconds again = never;
  bool overtakes = false;  ///< it need not keep behind what was sent before it
};

/// What a worker answers: all that a liar can change. Well formed, whatever it says.
struct testimony {
  std::int64_t round = 0;
  std::uint64_t plan = 0;
  block values;  ///< or, where answers are packed,
  blob packed;   ///< `scale` times what these stand for
  double scale = 1;
  bool repeats = false;  ///< what it answered before follows once more
};

/// Where a fault can be.
enum class place : unsigned char { link, node, worker, coordinator };

/// One thing that goes wrong while it holds. A policy axis: `faults.kind`. Each overrides what it
/// changes; the rest goes on as if nothing were wrong. Pure: randomness comes from the stream.
class fault {
public:
  virtual ~fault() = default;
  virtual place where() const = 0;

  /// Links: what becomes of a message. Sent while the fault holds.
  virtual void cross(passage&, const spell&, random_stream&) const {}
  /// Links and nodes: nothing passes, so that others take the node for dead after a while.
  virtual bool cuts() const { return false; }
  /// Links: what is lost may never come.
  virtual bool loses() const { return false; }
  /// Links: it befalls streams between processes, of which the simulated world has none.
  virtual bool is_of_streams() const { return false; }

  /// Nodes: nothing is handled, no timer rings; both wait until it is over.
  virtual bool pauses() const { return false; }
  /// Nodes: what becomes of a message that reaches it while the fault holds.
  virtual void take(passage&) const {}
  /// Nodes: nothing is said, though all is heard and the links are alive.
  virtual bool mutes() const { return false; }
  /// Nodes: it ends when the fault begins and returns when the fault is over.
  virtual bool kills() const { return false; }
  /// Nodes that return: whether they know what they knew.
  virtual bool remembers() const { return true; }
  /// Nodes: how many times as fast its clock runs.
  virtual double clock_rate() const { return 1; }

  /// Workers: how many times as long computing takes.
  virtual double slowness() const { return 1; }
  /// Workers: what is answered in place of the truth.
  virtual void tell(testimony&, random_stream&) const {}
  /// Whether what is told can be told from the truth by nobody who sees it alone.
  virtual bool deceives() const { return false; }

  /// The coordinator: how many bytes of a checkpoint can be written.
  virtual std::int64_t writable_bytes() const { return std::numeric_limits<std::int64_t>::max(); }
  /// Whether it ends over a checkpoint that cannot be written whole.
  virtual bool dies_writing() const { return false; }
};

using fault_ptr = std::shared_ptr<const fault>;
using fault_catalogue = catalogue<fault>;
/// Every fault a scenario can name.
const fault_catalogue& known_faults();

}  // namespace echelon::faults
