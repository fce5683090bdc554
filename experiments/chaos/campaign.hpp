#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/chaos/trial.hpp"

namespace echelon::experiments::chaos {

/// What is to be tried: one scenario under drawn faults, or whole scenarios drawn out of nothing.
struct campaign_request {
  std::optional<value> settings = {};  ///< as read_scenario gives them; none: scenarios are drawn
  bool peers = false;                  ///< those have peers, not a coordinator
  std::uint64_t first_seed = 1, last_seed = 100;
  bool reseed = true;    ///< a case's seed is the scenario's, too
  index faults_max = 4;  ///< drawn beside those of the scenario
  std::filesystem::path out = {};
  const std::vector<invariant_maker>& invariants = known_invariants();
  std::function<void(index done, index failed)> progress = {};
  std::function<bool()> interrupted = {};
};

struct failed_case {
  std::uint64_t seed = 0;
  std::vector<broken_promise> broken;
  std::filesystem::path file = {};  ///< the smallest scenario that still fails so
  std::string replay = {};          ///< the command line that runs it
  index faults = 0;                 ///< in that file
};

struct campaign_result {
  index cases = 0;
  index finished = 0;  ///< runs that were done; the others failed as they may
  index resumed = 0;
  index rounds = 0, exact_rounds = 0, messages = 0;
  double virtual_s = 0;
  std::uint64_t traces = 0;             ///< all trace hashes, in order
  std::map<std::string, index> faults;  ///< cases with each kind
  std::vector<failed_case> failures;
};

/// Tries seed after seed. Failures are made small and written to `out`, one file each.
/// Errors: a scenario that is refused, or that cannot run undisturbed; an unwritable folder.
result<campaign_result> run_campaign(const campaign_request& request,
                                     const policy_catalogues& policies);

std::string campaign_json(const campaign_result& result);
/// One self-contained page.
std::string campaign_page(const campaign_result& result, const std::string& title);

}  // namespace echelon::experiments::chaos
