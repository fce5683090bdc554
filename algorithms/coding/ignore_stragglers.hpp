#pragma once

#include <algorithm>

#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

/// The sum over the parts of the first N - s senders, without redundancy: approximate, and biased
/// where parts differ. The receiver divides by the samples that arrived. Shapes and
/// cost: as uncoded.
class ignore_stragglers final : public fixed_code {
public:
  static constexpr std::string_view name = "ignore-stragglers";
  static constexpr std::string_view
      summary = "every part on one sender; goes on without the last s of them (approximate)";
  static constexpr std::string_view source = "Chen et al. 2016, arXiv:1604.00981 (backup workers)";
  static std::vector<parameter> declared() { return {}; }
  static result<ignore_stragglers> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override;
  std::span<const coded_part> work(index sender) const override { return dealt_.work(sender); }
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  bool exact() const override { return stragglers_ == 0; }

private:
  ignore_stragglers(uncoded dealt, index stragglers)
      : dealt_(std::move(dealt)), stragglers_(stragglers) {}

  index needed() const { return std::max(dealt_.busy_senders() - stragglers_, index{1}); }

  uncoded dealt_;
  index stragglers_;
};

}  // namespace echelon::coding
