#pragma once

#include "experiments/chaos/invariant.hpp"

namespace echelon::experiments::chaos {

/// Peers that exchange all with all end with the same bytes, while nothing goes wrong.
class peers_alike final : public invariant {
public:
  explicit peers_alike(const promises& made);
  std::string_view name() const override { return "peers alike"; }
  std::string observe(const event& what) override;

private:
  bool promised_;
};

}  // namespace echelon::experiments::chaos
