#include <array>

#include "experiments/chaos/invariant.hpp"
#include "experiments/chaos/invariants/answered.hpp"
#include "experiments/chaos/invariants/applied_once.hpp"
#include "experiments/chaos/invariants/bounded.hpp"
#include "experiments/chaos/invariants/certified.hpp"
#include "experiments/chaos/invariants/durable.hpp"
#include "experiments/chaos/invariants/exact.hpp"
#include "experiments/chaos/invariants/just.hpp"
#include "experiments/chaos/invariants/live.hpp"
#include "experiments/chaos/invariants/one_version.hpp"

namespace echelon::experiments::chaos {
namespace {

template <class Invariant>
std::unique_ptr<invariant> make(const promises& made) {
  return std::make_unique<Invariant>(made);
}

}  // namespace

const std::vector<invariant_maker>& known_invariants() {
  static const std::vector<invariant_maker> known{
      make<certified>, make<exact>,   make<applied_once>, make<one_version>, make<live>,
      make<answered>,  make<durable>, make<just>,         make<bounded>,
  };
  return known;
}

}  // namespace echelon::experiments::chaos
