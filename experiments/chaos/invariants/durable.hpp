#pragma once

#include <map>

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// What was written down is there after a resume: at least the acknowledged rounds, with the
/// weights they ended with.
class durable final : public invariant {
public:
  explicit durable(const promises& made) : gradients_(made.setup().gradients) {}
  std::string_view name() const override { return "durable"; }
  std::string observe(const event& what) override;

private:
  bool gradients_;
  index acknowledged_ = 0;
  std::map<index, std::uint64_t> hashes_;
};

}  // namespace echelon::experiments::chaos
