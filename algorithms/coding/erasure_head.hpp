#pragma once

#include "algorithms/coding/linear_code.hpp"
#include "algorithms/coding/replica_groups.hpp"

namespace echelon::coding {

/// Fractional repetition that goes on without groups that stay silent: decodes when every group has
/// answered, or N - s senders have. Shapes: as fractional repetition with `copies` replicas.
/// Optimal decoding adds one answer of each group, and lacks the parts of silent groups; one-step
/// decoding scales the sum of all answers. Cost: about K copies/N parts a sender. Source: Wang,
/// Charles, Papailiopoulos, "ErasureHead", 2019, arXiv:1901.09671.
class erasure_head final : public fixed_code {
public:
  static constexpr std::string_view name = "erasure-head";
  static constexpr std::string_view
      summary = "groups of replicas; goes on once all groups or N - s senders have answered "
                "(approximate)";
  static constexpr std::string_view source = "Wang, Charles, Papailiopoulos 2019, arXiv:1901.09671";
  static std::vector<parameter> declared();
  static result<erasure_head> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override { return groups_.work(sender); }
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  bool exact() const override;

private:
  erasure_head(const code_shape& shape, index copies, row_decoding how);

  code_shape shape_;
  replica_groups groups_;
  row_decoding how_;
  index quota_;  ///< answers that suffice, of whichever groups
};

}  // namespace echelon::coding
