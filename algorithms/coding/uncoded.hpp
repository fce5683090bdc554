#pragma once

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// Every part on exactly one sender, in consecutive runs: no redundancy, every answer is needed.
/// Shapes: K >= N, and runs differ in length by at most one part; or runs in proportion to
/// capacities, where a share that rounds to nothing leaves a sender without work. Cost: ceil(K/N)
/// parts a sender; decoding adds N messages.
class uncoded final : public fixed_code {
public:
  static constexpr std::string_view name = "uncoded";
  static constexpr std::string_view summary = "every part on one sender; waits for all of them";
  static constexpr std::string_view source = "synchronous data parallelism";
  static std::vector<parameter> declared() { return {}; }
  static result<uncoded> make(const parameters& given, const code_shape& shape);

  /// Sender i gets the parts from `cuts[i]` up to `cuts[i + 1]`; ascending, from 0 to K.
  explicit uncoded(std::vector<index> cuts);

  code_shape shape() const override { return {senders(), cuts_.back(), 0}; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  bool order_free() const override { return true; }
  /// Those with parts to compute.
  index busy_senders() const;

private:
  index senders() const { return std::ssize(cuts_) - 1; }

  std::vector<index> cuts_;
  std::vector<coded_part> parts_;
};

/// Cuts that deal `parts` parts to `senders` senders as evenly as whole parts allow.
std::vector<index> even_cuts(index parts, index senders);

/// Even cuts, or cuts in proportion to the shape's capacities.
std::vector<index> proportional_cuts(const code_shape& shape);

/// The cuts by which codes without redundancy deal their parts. Errors: a shape check_shape
/// refuses; fewer parts than senders all alike.
result<std::vector<index>> deal_once(const parameters& given, const code_shape& shape);

}  // namespace echelon::coding
