#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// What one layer of coding must fit.
struct code_shape {
  index senders = 0;     ///< N: workers, or edges
  index parts = 0;       ///< K
  index stragglers = 0;  ///< s: absent senders that must be survived
  /// Relative speeds of the senders, by which codes that can deal unequal shares do so: for edges,
  /// the workers below them. Empty: all are equal.
  std::vector<double> capacities = {};

  bool operator==(const code_shape&) const = default;
};

/// How a code cuts vectors: a gradient into `cuts` blocks of equal length (the last one padded with
/// zeros), of which a message holds `stacks` mixtures.
struct message_frame {
  index cuts = 1;
  index stacks = 1;

  /// Values of a message about vectors of that length.
  index length(index dimension) const { return (dimension + cuts - 1) / cuts * stacks; }
  bool operator==(const message_frame&) const = default;
};

/// How answers are used where training has no rounds: each moves the model as it comes.
struct update_rule {
  /// A sender may be so many of its answers ahead of the slowest before it has to wait; none: it
  /// never waits.
  std::optional<index> lead_max;
  /// An answer that is s updates old counts 1 / (1 + damping s).
  double damping = 0;
};

/// A linear code over the gradients of K parts: which sender computes what, and how the answers
/// give back the sum over all parts. A policy axis: `coding.policy`. Immutable.
class gradient_code {
public:
  virtual ~gradient_code() = default;
  virtual code_shape shape() const = 0;
  /// Task 0 of a sender, parts ascending or in the order they are to be computed. May be empty.
  virtual std::span<const coded_part> work(index sender) const = 0;
  /// Opens a round at the node that decodes.
  virtual std::unique_ptr<code_round> open(const round_outlook& outlook) const = 0;
  virtual message_frame frame() const { return {}; }
  /// True where senders report every finished part and keep it, so that a later task may ask for
  /// it.
  virtual bool streams() const { return false; }
  /// True where task 0 is computed and kept, but answered only in the tasks that follow.
  virtual bool holds() const { return false; }
  /// Whether `choose` is to be asked before this round (the first is 1).
  virtual bool chooses_at(index) const { return false; }
  /// What the scheme settles for the rounds to come, from what is known now. Numbers of its own,
  /// which the caller keeps (and puts into checkpoints) and passes on in the outlook.
  virtual std::vector<double> choose(const round_outlook&) const { return {}; }
  /// False where senders do their rows and nobody is ever asked for more.
  virtual bool reacts() const { return true; }
  /// True for schemes that foresee delays, which only simulated worlds can.
  virtual bool foresees() const { return false; }
  /// False for schemes that may give the sum over fewer parts than all.
  virtual bool exact() const { return true; }
  /// True where decoding weights are 0 or 1 and do not depend on which replica answered, so that
  /// every world ends with the same bits.
  virtual bool order_free() const { return false; }
  /// Set where training has no rounds. Such a code deals parts to senders and decodes nothing.
  virtual std::optional<update_rule> updates() const { return std::nullopt; }
  /// The largest noise amplification a decode can have, as far as it is known. Messages in half
  /// precision are refused above 10 (fp16) or 3 (bf16).
  virtual double amplification_worst() const { return 1; }
};

using gradient_code_ptr = std::shared_ptr<const gradient_code>;
using code_catalogue = catalogue<gradient_code, const code_shape&>;
/// Every code a scenario can name.
const code_catalogue& codes();

/// True when the answers of these senders to task 0 (ascending) can be decoded.
bool decodable(const gradient_code& code, std::span<const index> senders);
/// Decodes from the answers of these senders to task 0 (ascending, no duplicates).
/// Errors: too few answers; or rounding would spoil the sum.
result<decoding> decode(const gradient_code& code, std::span<const index> senders);

/// Parts computed by the busiest sender in task 0.
index load_parts(const gradient_code& code);

}  // namespace echelon::coding
