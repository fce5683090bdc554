#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Samples stay with the owner the data names: a writer, a hospital, a sensor. With more owners
/// than parts, whole owners are dealt, the largest first, each to the part that holds least so far.
class natural final : public partitioner {
public:
  static constexpr std::string_view name = "natural";
  static constexpr std::string_view summary = "by the owners that a column of the data names";
  static constexpr std::string_view source = "LEAF, arXiv:1812.01097";
  static std::vector<parameter> declared();
  static result<natural> make(const parameters&) { return natural{}; }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;
};

}  // namespace echelon::learning
