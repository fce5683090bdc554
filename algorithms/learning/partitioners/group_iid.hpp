#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Groups that are alike, of parts that are not: each of `groups` runs of neighbouring parts gets
/// an equal, class-balanced share of all samples, and inside a group the classes are dealt in turn,
/// as "classes" does. Source: the "group-IID" experiment of H-SGD, arXiv:2010.12998: two groups of
/// five, two classes a worker.
class group_iid final : public partitioner {
public:
  static constexpr std::string_view name = "group-iid";
  static constexpr std::string_view summary = "groups alike, parts inside a group of few classes";
  static constexpr std::string_view source = "H-SGD, arXiv:2010.12998";
  static std::vector<parameter> declared();
  static result<group_iid> make(const parameters& given) {
    return group_iid{given.integer("groups"), given.integer("per_node")};
  }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  group_iid(index groups, index per_node) : groups_(groups), per_node_(per_node) {}

  index groups_;
  index per_node_;  ///< 0: as few as cover all classes
};

}  // namespace echelon::learning
