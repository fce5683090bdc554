#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "experiments/plan/averaging_plan.hpp"
#include "experiments/plan/compression_plan.hpp"
#include "experiments/plan/peer_plan.hpp"
#include "experiments/plan/plan_report.hpp"
#include "experiments/run/build.hpp"

namespace echelon::experiments {

/// What planners say of a scenario: of the topology where it is one of peers, else of its code and
/// of what else it has.
struct scenario_plan {
  std::optional<coding_plan> coding = {};
  std::optional<peer_plan> topology = {};
  std::optional<compression_plan> compression = {};
  std::optional<averaging_plan> hierarchy = {};
};

/// Reads the data; nothing is trained, but where messages are compressed or models averaged the
/// gradients of the first weights are probed. Errors: those of building the run, and the planners'.
result<scenario_plan> plan_scenario(const scenario& built, const policy_catalogues& policies,
                                    const step_notice& notice = {});

/// {"coding": {...}, "compression": {...}, "hierarchy": {...}}, the last two where there are such,
/// or {"topology": {...}}, with the fields the contract names. An infinite bound is null.
nlohmann::ordered_json plan_json(const scenario_plan& planned);

/// The same for a terminal.
std::string plan_text(const scenario_plan& planned);

}  // namespace echelon::experiments
