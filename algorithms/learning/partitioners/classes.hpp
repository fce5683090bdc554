#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Every part holds exactly `per_node` classes. Classes are dealt in turn: with 10 classes, 5 parts
/// and 2 a part, part i holds i and i + 5; with 10 parts or more, i and i + 1 (modulo 10). Its
/// holders share a class evenly.
class classes final : public partitioner {
public:
  static constexpr std::string_view name = "classes";
  static constexpr std::string_view summary = "so many classes a part";
  static constexpr std::string_view source = "H-SGD, arXiv:2010.12998; DIMAT, arXiv:2404.08079";
  static std::vector<parameter> declared();
  static result<classes> make(const parameters& given) {
    return classes{given.integer("per_node")};
  }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  explicit classes(index per_node) : per_node_(per_node) {}

  index per_node_;
};

}  // namespace echelon::learning
