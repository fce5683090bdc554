#include <array>

#include <fmt/format.h>

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
#include "experiments/chaos/invariants/peers_alike.hpp"
#include "experiments/chaos/invariants/peers_live.hpp"
#include "experiments/chaos/invariants/peers_mean.hpp"
#include "experiments/chaos/invariants/peers_merges.hpp"

namespace echelon::experiments::chaos {
namespace {

template <class Invariant>
std::unique_ptr<invariant> always(const promises& made) {
  return std::make_unique<Invariant>(made);
}

template <class Invariant>
std::unique_ptr<invariant> with_coordinator(const promises& made) {
  return made.setup().peers ? nullptr : std::make_unique<Invariant>(made);
}

template <class Invariant>
std::unique_ptr<invariant> among_peers(const promises& made) {
  return made.setup().peers ? std::make_unique<Invariant>(made) : nullptr;
}

}  // namespace

std::string unexplained(const run_ended& what, const std::function<bool(errc)>& excuses) {
  if (what.to_be_resumed || what.summary.status == actors::run_status::done)
    return {};
  const error reason = what.summary.reason.value_or(error{errc::not_supported, "no reason"});
  return excuses(reason.code)
             ? ""
             : fmt::format("the run ended with \"{}\", which its faults do not explain",
                           reason.detail);
}

const std::vector<invariant_maker>& known_invariants() {
  static const std::vector<invariant_maker> known{
      always<certified>,
      with_coordinator<exact>,
      with_coordinator<applied_once>,
      with_coordinator<one_version>,
      with_coordinator<live>,
      with_coordinator<answered>,
      with_coordinator<durable>,
      with_coordinator<just>,
      with_coordinator<bounded>,
      among_peers<peers_alike>,
      among_peers<peers_live>,
      among_peers<peers_mean>,
      among_peers<peers_merges>,
  };
  return known;
}

}  // namespace echelon::experiments::chaos
