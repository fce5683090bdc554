#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Sorts the samples by label, cuts them into equal shards and gives each part `per_node` of them
/// at random: a part holds few classes, without a hard limit. Source: McMahan et al., AISTATS 2017,
/// arXiv:1602.05629, section 3 (200 shards, two a client).
class shards final : public partitioner {
public:
  static constexpr std::string_view name = "shards";
  static constexpr std::string_view summary = "label-sorted shards, so many a part";
  static constexpr std::string_view source = "McMahan et al., AISTATS 2017";
  static std::vector<parameter> declared();
  static result<shards> make(const parameters& given) { return shards{given.integer("per_node")}; }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  explicit shards(index per_node) : per_node_(per_node) {}

  index per_node_;
};

}  // namespace echelon::learning
