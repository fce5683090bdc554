#pragma once

#include <memory>
#include <span>
#include <vector>

#include "algorithms/base/catalogue.hpp"

namespace echelon::coding {

/// What one layer of coding must fit.
struct code_shape {
  index senders = 0;     ///< N: workers, or edges
  index parts = 0;       ///< K
  index stragglers = 0;  ///< s: absent senders that must be survived
};

/// One entry of an encoding row: the sender adds `coefficient` times the gradient of `part`.
struct coded_part {
  index part = 0;
  double coefficient = 0;

  bool operator==(const coded_part&) const = default;
};

/// How to combine the messages that arrived.
struct decoding {
  std::vector<double> weights;  ///< one per arrived sender, in the order asked; 0: not used
  bool exact = true;            ///< the weighted sum is the sum over all parts, but for rounding
  double residual = 0;          ///< ||a B - 1|| / sqrt(K): 0 but for rounding where exact
  double amplification = 1;     ///< kappa = sqrt(sum a_i^2 ||B_i||^2 / K), spec 9.1
};

/// What one round has received so far. One object a round and receiver.
class code_progress {
public:
  virtual ~code_progress() = default;
  /// Notes an answer (each sender at most once); true as soon as what arrived can be decoded.
  virtual bool arrive(index sender) = 0;
};

/// A linear code over the gradients of K parts: which sender computes what, and how any sufficient
/// set of answers gives back the sum over all parts. A policy axis: `coding.policy`. Immutable.
class gradient_code {
public:
  virtual ~gradient_code() = default;
  virtual code_shape shape() const = 0;
  /// The encoding row of a sender, parts ascending in the order they are to be computed. May be
  /// empty.
  virtual std::span<const coded_part> work(index sender) const = 0;
  virtual std::unique_ptr<code_progress> begin() const = 0;
  /// Decodes from these senders (ascending, no duplicates), which must be a set for which progress
  /// said true.
  virtual result<decoding> decode(std::span<const index> arrived) const = 0;
  /// False for schemes that give the sum over fewer parts than all.
  virtual bool exact() const { return true; }
  /// True where decoding weights are 0 or 1 and do not depend on which replica answered, so that
  /// every world ends with the same bits.
  virtual bool order_free() const { return false; }
};

using gradient_code_ptr = std::shared_ptr<const gradient_code>;
using code_catalogue = catalogue<gradient_code, const code_shape&>;
/// uncoded, ignore-stragglers, fractional-repetition, cyclic.
const code_catalogue& codes();

/// True when this set of senders (ascending) can be decoded. Cost: one pass of progress.
bool decodable(const gradient_code& code, std::span<const index> senders);

/// Parts computed by the busiest sender.
index load_parts(const gradient_code& code);

}  // namespace echelon::coding
