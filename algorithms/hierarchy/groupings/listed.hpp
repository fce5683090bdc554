#pragma once

#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// Groups as the user lists them. The lists mirror `topology.edges` with the shards in place of
/// their numbers: [[0, 3], [1, 2]] for edges = [2, 2], one level deeper for each level of the tree.
class listed final : public grouping {
public:
  static constexpr std::string_view name = "listed";
  static constexpr std::string_view summary = "lists of shards that mirror the tree";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<listed> make(const parameters& given) { return listed{given.at("lists")}; }

  bool draws() const override { return false; }
  /// Errors: lists of another shape than the tree; a shard out of range or listed twice.
  result<seating> seat(const tree& shape, const shard_profiles& shards,
                       random_stream random) const override;

private:
  explicit listed(value lists) : lists_(std::move(lists)) {}

  value lists_;
};

}  // namespace echelon::hierarchy
