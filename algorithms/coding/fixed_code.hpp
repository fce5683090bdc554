#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// What one round of a fixed code has received so far. One object a round and receiver.
class code_progress {
public:
  virtual ~code_progress() = default;
  /// Notes an answer (each sender at most once); true as soon as what arrived can be decoded.
  virtual bool arrive(index sender) = 0;
  /// False when this sender's answer could not bring decoding nearer.
  virtual bool wanted(index) const { return true; }
  /// The senders, itself included, that are not wanted once `sender` has answered.
  virtual std::vector<index> served_by(index) const { return {}; }
};

/// A code whose senders all do their row, whatever happens in the round. Most codes are of this
/// kind: they say who computes what, which answers suffice, and how those are combined.
class fixed_code : public gradient_code {
public:
  virtual std::unique_ptr<code_progress> begin() const = 0;
  /// Decodes from these senders (ascending, no duplicates), which must be a set for which progress
  /// said true.
  virtual result<decoding> decode(std::span<const index> arrived) const = 0;
  std::unique_ptr<code_round> open(const round_outlook& outlook) const final;
  bool reacts() const final { return false; }
};

}  // namespace echelon::coding
