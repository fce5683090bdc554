#pragma once

#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// A uniform random permutation, cut where the tree cuts: the no-information fallback.
/// Source: specification 6.3 and 7.3; expectations are exact for groups of equal size.
class random_groups final : public grouping {
public:
  static constexpr std::string_view name = "random";
  static constexpr std::string_view summary = "a uniform random permutation of the shards";
  static constexpr std::string_view source = "H-SGD, arXiv:2010.12998";
  static std::vector<parameter> declared() { return {}; }
  static result<random_groups> make(const parameters&) { return random_groups{}; }

  bool draws() const override { return true; }
  result<seating> seat(const tree& shape, const shard_profiles&,
                       random_stream random) const override {
    return permutation(random, shape.workers());
  }
};

}  // namespace echelon::hierarchy
