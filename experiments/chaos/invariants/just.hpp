#pragma once

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Nobody honest is called a liar, nor suspected while nobody lies.
class just final : public invariant {
public:
  explicit just(const promises& made) : made_(made) {}
  std::string_view name() const override { return "just"; }
  std::string observe(const event& what) override;

private:
  const promises& made_;
};

}  // namespace echelon::experiments::chaos
