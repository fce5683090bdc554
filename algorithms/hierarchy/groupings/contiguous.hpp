#pragma once

#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// Shard j goes to worker j.
class contiguous final : public grouping {
public:
  static constexpr std::string_view name = "contiguous";
  static constexpr std::string_view summary = "neighbouring shards share a group";
  static constexpr std::string_view source = "H-SGD, arXiv:2010.12998";
  static std::vector<parameter> declared() { return {}; }
  static result<contiguous> make(const parameters&) { return contiguous{}; }

  bool draws() const override { return false; }
  result<seating> seat(const tree& shape, const shard_profiles& shards,
                       random_stream random) const override;
};

}  // namespace echelon::hierarchy
