#pragma once

#include <map>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Nodes that claim the same version of the model hold the same bytes, and they are those that the
/// round before it ended with.
class one_version final : public invariant {
public:
  explicit one_version(const promises& made);
  std::string_view name() const override { return "one version"; }
  std::string observe(const event& what) override;

private:
  std::string judge(const runtime::trace_event& said);

  bool announces_state_;  ///< and nothing beside it
  bool edges_pass_on_;
  std::map<index, std::uint64_t> hashes_;  ///< of the weights after a round
};

}  // namespace echelon::experiments::chaos
